// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.GuidedPictures;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** A batch of a model whose second tower adds to what the first one puts out. */
@ExtendWith(NoLeaks.class)
class VisualBatchTest {
  /** Sees patches as they are given, and remembers which. */
  private record Watching(List<float[]> seen) implements PromptGuide {
    @Override
    public boolean hasTextTower() {
      return true;
    }

    @Override
    public Tensor patches(Tensor hidden, Tensor projected) {
      seen.add(Tensors.toFloatArray(hidden));
      return hidden.clone();
    }

    @Override
    public Tensor segments() {
      return Values.normal(3, DType.FP32, 1, 4);
    }

    @Override
    public Tensor pooled(boolean extended) {
      return Values.normal(3, DType.FP32, 4);
    }

    @Override
    public float logitScale() {
      return 10;
    }

    @Override
    public int sign() {
      return 1;
    }
  }

  @Test
  void questionsAreComparedWithTheFirstTowerAndTheRestGoesOn() {
    List<TokenCompressor> methods =
        List.of(
            new CDPruner(CDPrunerOptions.forBudget(16)),
            new CDPruner(CDPrunerOptions.forBudget(5)),
            new PPLLaVA(PPLLaVAOptions.tiles(1, 2, 2)),
            new NoCompression(),
            new VisionZip(VisionZipOptions.forBudget(6)));
    for (TokenCompressor method : methods) {
      try (TensorScope scope = new TensorScope()) {
        Tensor hidden = Values.normal(1, DType.FP32, 1, 16, 4);
        Tensor tokens = Values.normal(2, DType.FP32, 1, 16, 4);
        Tensor keys = Values.normal(4, DType.FP32, 1, 1, 16, 2);
        VisionFeatures features = new VisionFeatures(hidden, keys, keys, false);
        List<float[]> seen = new ArrayList<>();
        List<float[]> projected = new ArrayList<>();
        VisualBatch.Picture picture =
            new VisualBatch.Picture(0, GuidedPictures.square(4), new Watching(seen));
        VisualBatch batch =
            new VisualBatch(
                features,
                tokens,
                null,
                List.of(picture),
                chosen -> {
                  projected.add(Tensors.toFloatArray(chosen));
                  return chosen.clone();
                });
        method.betweenTowerAndDecoder(batch);
        boolean asks = method.readsPrompt() && !method.toString().endsWith(" 16");
        assertThat(seen).as(method.toString()).hasSize(asks ? 1 : 0);
        for (float[] each : seen) {
          assertThat(each).isEqualTo(Tensors.toFloatArray(hidden));
        }
        boolean whole = projected.get(0).length == 16 * 4;
        assertThat(projected).as(method.name()).hasSize(1);
        assertThat(projected.get(0))
            .as(method.name())
            .isEqualTo(
                whole
                    ? Tensors.toFloatArray(tokens)
                    : Tensors.toFloatArray(selected(method, features, tokens)));
      }
    }
  }

  private static Tensor selected(TokenCompressor method, VisionFeatures features, Tensor tokens) {
    try (TokenSelection selection = ((ViewCompressor) method).select(features)) {
      return selection.apply(tokens);
    }
  }
}
