// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.runtime.NativeContext;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.ModelConfig;

/**
 * Answers questions about pictures with a LLaVA checkpoint, the visual tokens compressed on the way
 * from the vision tower to the language model.
 *
 * <pre>{@code
 * try (LlavaPipeline llava = LlavaPipeline.load(EmbeddedModel.directory())) {
 *   Answer answer = llava.ask(Path.of("scene.png"), "What color is the circle?");
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads: each call works on memory of its own. Close it when no call is
 * running and its conversations are closed.
 */
public final class LlavaPipeline implements AutoCloseable {
  private final Engine engine;
  private final PromptTokenizer tokenizer;
  private final TextTowerFolder textTower;
  private final TokenCompressor compressor;
  private volatile boolean closed;

  private LlavaPipeline(
      LlavaModel model, SmallFiles files, TextTowerFolder textTower, TokenCompressor compressor) {
    tokenizer = files.tokenizer();
    this.textTower = textTower;
    this.compressor = compressor;
    PromptGuides guides = new PromptGuides(model, tokenizer, textTower);
    engine =
        new Engine(
            model,
            new ImageEncoder(model, files.pictures(), guides),
            new PromptWriter(tokenizer, files.template(), model.config()),
            new TextGenerator(model, tokenizer, files.stopTokens()));
  }

  /** Loads a checkpoint with {@link PipelineOptions#defaults()}. */
  public static LlavaPipeline load(Path directory) {
    return load(directory, PipelineOptions.defaults());
  }

  /**
   * Loads the checkpoint in {@code directory}, in the layout of {@code llava-hf} repositories or of
   * Mini-Gemini's.
   *
   * @throws org.tokenzip.weights.CheckpointException if it is malformed, incomplete or unsupported
   * @throws org.tokenzip.text.TokenizerException if its tokenizer or conversation template is
   * @throws UnsupportedOperationException if the device is not there, or the compressor needs a
   *     text tower and that is not
   */
  public static LlavaPipeline load(Path directory, PipelineOptions options) {
    NativeContext.of(options.device()); // before gigabytes are read for a device that is not there
    SmallFiles files = SmallFiles.read(directory); // and before what is wrong with them is found
    TextTowerFolder textTower = null;
    LlavaModel model = null;
    try {
      textTower =
          TextTowerFolder.find(
              directory,
              options.textTower(),
              ModelConfig.read(directory).vision(),
              options.device());
      textTower.prepare(options.compressor());
      model = LlavaModel.load(directory, options.device(), options.dtype(), options.listener());
      return new LlavaPipeline(model, files, textTower, options.compressor());
    } catch (RuntimeException e) {
      files.tokenizer().close();
      if (textTower != null) {
        textTower.close();
      }
      if (model != null) {
        model.close();
      }
      throw e;
    }
  }

  /** Patch tokens of one view of a picture before compression. */
  public int visualTokens() {
    return engine.encoder().patches();
  }

  /** {@code picture} as the model takes it in: with its padding, where it pads to a square. */
  public RgbImage padded(RgbImage picture) {
    return engine.encoder().padded(picture);
  }

  /**
   * How a whole picture, {@link #padded}, is prepared; with it a selection can be drawn over a
   * picture.
   */
  public ClipPreprocessing preprocessing() {
    return engine.encoder().preprocessing();
  }

  /** Patches in a row, and in a column, of a view. */
  public int gridSide() {
    return engine.model().config().vision().gridSide();
  }

  /** Width and height of a patch, in pixels of the prepared picture. */
  public int patchSize() {
    return engine.model().config().vision().patchSize();
  }

  /** The greedy answer to a question about the picture in {@code image}. */
  public Answer ask(Path image, String question) {
    return ask(
        Request.of(ImageDecoder.decode(image), question),
        GenerationOptions.defaults(),
        TokenListener.NONE);
  }

  /** The greedy answer to a question about a picture. */
  public Answer ask(RgbImage image, String question) {
    return ask(Request.of(image, question), GenerationOptions.defaults(), TokenListener.NONE);
  }

  /**
   * Answers one question.
   *
   * @param listener hears the answer while it is generated
   * @throws IllegalArgumentException if the prompt is longer than the model's longest sequence, the
   *     question contains an image placeholder, or the budget asks for more tokens than there are
   */
  public Answer ask(Request request, GenerationOptions options, TokenListener listener) {
    try (Conversation conversation = chat(request.compressor())) {
      request.visuals().forEach(conversation::show);
      return conversation.say(request.question(), options, listener);
    }
  }

  /**
   * Answers several questions in one batch, each as if asked alone: prompts of different lengths
   * are padded at the left, the same picture object is encoded once. Row i samples with seed + i.
   * Where the longest prompt nears the model's longest sequence, it limits the answers of all.
   */
  public List<Answer> askAll(List<Request> requests, GenerationOptions options) {
    requireOpen();
    return new RequestBatch(engine, compressor).answer(requests, options);
  }

  /** Begins a conversation with the pipeline's compressor. */
  public Conversation chat() {
    return chat(null);
  }

  /** Begins a conversation; null stands for the pipeline's compressor. */
  public Conversation chat(@Nullable TokenCompressor own) {
    requireOpen();
    return new Conversation(engine, own == null ? compressor : own);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this pipeline is closed");
    }
  }

  /** Frees the model and its tokenizer. Idempotent. */
  @Override
  public void close() {
    closed = true;
    try (textTower) {
      tokenizer.close();
    } finally {
      engine.model().close();
    }
  }
}
