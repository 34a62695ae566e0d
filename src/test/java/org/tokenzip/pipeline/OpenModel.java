// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.EViT;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.PPLLaVA;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.SmallPicture;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.VisualBlock;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.LoadListener;

/** A model with what belongs to it, for tests that put methods to it one after another. */
record OpenModel(
    LlavaModel model, PromptTokenizer tokenizer, TextTowerFolder textTower, ImageEncoder encoder)
    implements AutoCloseable {

  /**
   * Loads a model.
   *
   * @param textTower of its vision tower; null where there is none
   */
  static OpenModel open(Path folder, @Nullable Path textTower) {
    LlavaModel model = LlavaModel.load(folder, Device.CPU, DType.FP32, LoadListener.NONE);
    PromptTokenizer tokenizer = PromptTokenizer.open(folder);
    TextTowerFolder tower =
        TextTowerFolder.find(folder, textTower, model.config().vision(), Device.CPU);
    PromptGuides guides = new PromptGuides(model, tokenizer, tower);
    return new OpenModel(
        model,
        tokenizer,
        tower,
        new ImageEncoder(model, PictureFiles.preprocessor(folder, model.config()), guides));
  }

  int patches() {
    return model.tower().shape().patches();
  }

  Budget budget(int keep) {
    return new Budget(keep, model.tower().shape(), model.decoder().shape());
  }

  /** Every method that applies to the model. */
  List<CompressionMethod> methods() {
    return Compressors.all().stream()
        .filter(method -> !method.name().equals(NoCompression.NAME))
        .filter(method -> !method.name().equals(EViT.NAME) || model.tower().shape().hasCls())
        .filter(method -> !method.name().equals(PPLLaVA.NAME) || textTower.isThere())
        .filter(method -> !method.name().equals(SmallPicture.NAME) || isOneTower())
        .toList();
  }

  /** The same, made for a budget. */
  List<TokenCompressor> methods(int keep) {
    return methods().stream().map(method -> method.make(budget(keep), Settings.none())).toList();
  }

  private boolean isOneTower() {
    return model.highResolution() == null;
  }

  /** The caller closes the results. */
  List<VisualTokens> encode(List<ImageEncoder.Shown> shown, TokenCompressor method) {
    return encoder.encode(shown, method, new StageTimings.Clock());
  }

  /** Of the last position of a prompt that has one word before the visual tokens and two behind. */
  float[] logits(TokenCompressor method, Visual visual, String question) {
    ImageEncoder.Shown shown = new ImageEncoder.Shown(visual, question, 0);
    DecoderReduction inDecoder = method.insideDecoder(model.decoder().shape());
    try (TensorScope scope = new TensorScope();
        VisualTokens tokens = encode(List.of(shown), method).get(0);
        KvCache cache = model.decoder().newCache(tokens.count() + 3)) {
      Tensor text = model.embed(1, 5, 7);
      Tensor prompt =
          Tensors.concat(0, text.narrow(0, 0, 1), tokens.features(), text.narrow(0, 1, 2));
      VisualBlock block = inDecoder == null ? null : new VisualBlock(1, tokens.count(), inDecoder);
      return Tensors.toFloatArray(
          new Prefill(prompt.unsqueeze(0), cache, block, 0).run(model.decoder()));
    }
  }

  @Override
  public void close() {
    textTower.close();
    tokenizer.close();
    model.close();
  }
}
