// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.compress.PPLLaVA;
import org.tokenzip.compress.PPLLaVAOptions;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.eval.PreferenceLoss;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PoolWindows.Cells;
import org.tokenzip.kernel.PromptPool3d;
import org.tokenzip.model.text.ExtendedPositions;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.GuidedPictures;
import org.tokenzip.testing.GuidedPictures.Guide;
import org.tokenzip.testing.GuidedPictures.Row;

/** Vectors of PPLLaVA (METHODS, section 5): its pooling, its tables, the method, its loss. */
final class PoolingGolden {
  private PoolingGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      if (file.has("in.hidden")) {
        alignAndPool(file, dtype);
      } else if (file.has("in.clip")) {
        positions(file, dtype);
      } else if (file.has("out.loss")) {
        preferences(file, dtype);
      } else {
        pool(file, dtype);
      }
    }
  }

  private static void pool(GoldenFile file, DType dtype) {
    JsonNode meta = file.parameters();
    Tensor channelsFirst = file.tensor("in.features", dtype); // [D, T, H, W]
    Tensor tokens = channelsFirst.permute(1, 2, 3, 0).contiguous().unsqueeze(0);
    Tensor weight =
        file.has("in.weights") ? file.tensor("in.weights", DType.FP32).unsqueeze(0) : null;
    Tensor pooled = PromptPool3d.apply(windows(meta), tokens, weight).values().squeeze(0);
    file.assertClose("out.pooled", pooled.permute(3, 0, 1, 2), dtype);
  }

  private static void alignAndPool(GoldenFile file, DType dtype) {
    assumeTrue(
        dtype == DType.FP32,
        "a softmax at the file's scale makes more of rounded inputs than the tolerance allows");
    JsonNode meta = file.parameters();
    Tensor hidden = file.tensor("in.hidden", dtype);
    Tensor normed =
        torch.layer_norm(
            hidden,
            new long[] {hidden.size(1)},
            new TensorOptional(file.tensor("in.ln_gain", dtype)),
            new TensorOptional(file.tensor("in.ln_bias", dtype)),
            meta.get("ln_eps").asDouble(),
            false);
    Tensor features = normed.matmul(file.tensor("in.visual_projection", dtype).t()); // [T · N, P]
    Tensor text = file.tensor("in.text_embed", dtype).unsqueeze(0);
    int frames = meta.get("frames").asInt();
    int side = meta.get("side").asInt();
    Guide guide = new Guide(true, features, text, (float) meta.get("scale").asDouble(), 1);
    Tensor tokens = file.tensor("in.features", dtype).unflatten(0, frames, -1); // [T, N, E]
    Row clip = new Row(frames, side, side * side, 0, null);
    VisualSequence pooled =
        GuidedPictures.compress(method(meta), tokens, List.of(clip), List.of(guide)).get(0);
    file.assertClose("out.relevance", Tensors.vector(pooled.provenance().scores()), dtype);
    file.assertClose("out.tokens", pooled.tokens(), dtype);
  }

  /** Pairs of answers (METHODS 5.4). */
  private static void preferences(GoldenFile file, DType dtype) {
    Tensor[] sums = new Tensor[4];
    List<String> names = List.of("pi_chosen", "pi_rejected", "ref_chosen", "ref_rejected");
    for (int i = 0; i < sums.length; i++) {
      String name = names.get(i);
      String labels = "in.labels_" + name.substring(name.indexOf('_') + 1);
      sums[i] = PreferenceLoss.logProbability(file.tensor("in." + name, dtype), file.longs(labels));
      file.assertClose("out.logp_" + name, sums[i], dtype);
    }
    PreferenceLoss loss = new PreferenceLoss(file.parameters().get("beta").asDouble());
    try (PreferenceLoss.Outcome outcome = loss.of(sums[0], sums[1], sums[2], sums[3])) {
      file.assertClose("out.loss", outcome.loss(), dtype);
      file.assertClose("out.reward_chosen", outcome.chosenReward(), dtype);
      file.assertClose("out.reward_rejected", outcome.rejectedReward(), dtype);
    }
  }

  private static PPLLaVA method(JsonNode meta) {
    PoolWindows windows = windows(meta);
    return new PPLLaVA(
        new PPLLaVAOptions(
            0, windows.kernel(), windows.stride(), null, windows.temperature(), false));
  }

  /** CLIP's table of 77 and SigLIP's of 64. */
  private static void positions(GoldenFile file, DType dtype) {
    for (String tower : List.of("clip", "siglip")) {
      Tensor table = file.tensor("in." + tower, dtype);
      file.assertClose("out." + tower, ExtendedPositions.of(table), dtype);
    }
  }

  private static PoolWindows windows(JsonNode meta) {
    return new PoolWindows(
        cells(meta.get("kernel")),
        cells(meta.get("stride")),
        null,
        (float) meta.get("temp").asDouble());
  }

  private static Cells cells(JsonNode sizes) {
    return new Cells(sizes.get(0).asLong(), sizes.get(1).asLong(), sizes.get(2).asLong());
  }
}
