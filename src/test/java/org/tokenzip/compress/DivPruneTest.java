// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tokenzip.testing.GuidedPictures.compress;
import static org.tokenzip.testing.GuidedPictures.line;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.GuidedPictures.Row;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

@ExtendWith(NoLeaks.class)
class DivPruneTest {
  @Test
  void keepsTheTokensFarthestApartInTheirOrder() {
    try (TensorScope scope = new TensorScope()) {
      float[] values = {1, 0, 1, 0.1f, 0, 1, 0.1f, 1, -1, 0};
      VisualSequence kept = prune(DivPruneOptions.ofKeep(3), Tensors.of(values, 1, 5, 2), line(5));
      // 4 is farthest from its nearest; 0 and 2 follow.
      assertThat(kept.provenance().keptPatches()).containsExactly(0, 2, 4);
      assertThat(Tensors.toFloatArray(kept.tokens())).containsExactly(1, 0, 0, 1, -1, 0);
    }
  }

  @Test
  void newlinesOfAllViewsTakePart() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Tensors.of(new float[] {1, 0, 1, 0.1f, 1, 0.2f, 1, 0.3f}, 2, 2, 2);
      Row layout = new Row(2, 2, 2, 0, Tensors.vector(-1f, 0f));
      VisualSequence kept = prune(DivPruneOptions.ofKeep(1), tokens, layout); // 2 views: 2 tokens
      assertThat(kept.provenance().tokens())
          .extracting(OutputToken::kind)
          .containsExactly(OutputToken.Kind.KEPT, OutputToken.Kind.NEWLINE); // the first of two
      assertThat(kept.provenance().keptPatches()).containsExactly(0);
      assertThat(Tensors.toFloatArray(kept.tokens())).containsExactly(1, 0, -1, 0);
    }
  }

  @Test
  void aShareIsOfTheWholeSequence() {
    assertThat(DivPruneOptions.defaults().count(1, 576, 576)).isEqualTo(56);
    assertThat(DivPruneOptions.video().count(8, 256, 2056)).isEqualTo(206);
    assertThat(DivPruneOptions.ofKeep(64).count(5, 576, 2928)).isEqualTo(320);
    assertThat(DivPruneOptions.ofKeep(64).count(5, 576, 300)).isEqualTo(300);
  }

  @Test
  void aBudgetOfAllPatchesKeepsClassTokensAndNewlinesToo() {
    assertThat(DivPruneOptions.ofKeep(576).count(5, 576, 2928)).isEqualTo(2928);
    assertThat(DivPruneOptions.ofKeep(256).count(8, 256, 2056)).isEqualTo(2056);
    assertThat(DivPruneOptions.ofKeep(255).count(8, 256, 2056)).isEqualTo(2040);
  }

  @Test
  void everythingAndNothing() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(3, DType.FP32, 1, 9, 4);
      VisualSequence all = prune(DivPruneOptions.ofKeep(9), tokens, line(9));
      assertThat(Tensors.toFloatArray(all.tokens())).isEqualTo(Tensors.toFloatArray(tokens));
      assertThat(all.provenance().keptPatches()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
      VisualSequence none = prune(DivPruneOptions.ofShare(0), tokens, line(9));
      assertThat(none.tokens().shape()).containsExactly(0, 4);
    }
  }

  @Test
  void budgetsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> DivPruneOptions.ofKeep(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keep: expected 0 or more tokens, got -1");
    assertThatThrownBy(() -> DivPruneOptions.ofShare(1.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share: expected one from 0 to 1, got 1.1");
  }

  private static VisualSequence prune(DivPruneOptions options, Tensor tokens, Row layout) {
    return compress(new DivPrune(options), tokens, List.of(layout), List.of()).get(0);
  }
}
