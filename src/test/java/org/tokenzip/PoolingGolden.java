// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PoolWindows.Cells;
import org.tokenzip.kernel.PromptPool3d;
import org.tokenzip.kernel.Relevance;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;

/** Vectors of PPLLaVA, composed from operators (METHODS, section 5). */
final class PoolingGolden {
  private PoolingGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      if (file.has("in.hidden")) {
        alignAndPool(file, dtype);
      } else {
        assumeTrue(file.has("out.pooled"), "not a vector of an operator");
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
    assumeTrue(dtype == DType.FP32, "the tower's last steps are part of the file");
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
    Tensor features = normed.matmul(file.tensor("in.visual_projection", dtype).t()).unsqueeze(0);
    Tensor text = file.tensor("in.text_embed", dtype).unsqueeze(0);
    float scale = (float) meta.get("scale").asDouble();
    Tensor relevance = Relevance.apply(features, text, scale, true).values();
    long frames = meta.get("frames").asLong();
    long side = meta.get("side").asLong();
    Tensor weight = relevance.reshape(1, frames, side, side);
    file.assertClose("out.relevance", weight, dtype);

    Tensor tokens = file.tensor("in.features", dtype); // [T * H * W, D]
    Tensor grid = tokens.reshape(1, frames, side, side, tokens.size(1));
    file.assertClose("out.tokens", PromptPool3d.apply(windows(meta), grid, weight).values(), dtype);
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
