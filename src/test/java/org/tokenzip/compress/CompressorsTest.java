// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

@ExtendWith(NoLeaks.class)
class CompressorsTest {
  private static final Budget BUDGET =
      new Budget(64, new TowerShape(23, 24, true), new DecoderShape(32));

  private static VisionFeatures features(boolean hasCls) {
    return new VisionFeatures(
        Values.normal(1, DType.FP32, 2, 17, 6),
        Values.normal(2, DType.FP32, 2, 3, hasCls ? 1 : 17, 4),
        Values.normal(3, DType.FP32, 2, 3, 17, 4),
        hasCls);
  }

  @Test
  void everyMethodIsFoundByTheNameItGivesItself() {
    for (CompressionMethod method : Compressors.all()) {
      assertThat(Compressors.byName(method.name())).isSameAs(method);
      assertThat(method.make(BUDGET, Settings.none()).name()).isEqualTo(method.name());
      assertThatThrownBy(() -> method.make(BUDGET, new Settings(Map.of("no-such", "1"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no-such");
    }
    assertThatThrownBy(() -> Compressors.byName("zip"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("method: expected one of none, visionzip, ")
        .hasMessageEndingWith(", got \"zip\"");
  }

  @Test
  void aSelectionOutlivesTheScopeItWasMadeInAndAppliesAgain() {
    TokenSelection selection;
    try (TensorScope scope = new TensorScope()) {
      selection = new VisionZip(VisionZipOptions.forBudget(8)).select(features(true));
    }
    try (selection;
        TensorScope scope = new TensorScope()) {
      assertThat(selection.images()).isEqualTo(2);
      assertThat(selection.outputTokens()).isEqualTo(8);
      Tensor tokens = features(true).hidden();
      assertThat(selection.apply(tokens).shape()).containsExactly(2, 8, 6);
      assertThat(Tensors.toFloatArray(selection.apply(tokens)))
          .isEqualTo(Tensors.toFloatArray(selection.apply(tokens)));
      Provenance provenance = selection.provenance(1);
      assertThat(provenance.outputTokens()).isEqualTo(8);
      assertThat(provenance.tokens().get(0).kind()).isEqualTo(OutputToken.Kind.CLS);
      assertThat(provenance.scores()).hasSize(16);
      assertThat(
              provenance.keptPatches().length
                  + provenance.targetPatches().length
                  + provenance.mergedPatches().size())
          .isEqualTo(16);
      assertThatThrownBy(() -> selection.provenance(2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void viewsOfAPictureAreCountedOneAfterAnother() {
    Provenance view =
        Provenance.unscored(
            List.of(OutputToken.cls(0), OutputToken.kept(0, 2), OutputToken.merged(0, 0, 1, 3)),
            4,
            true);
    Provenance picture = Provenance.concat(List.of(view, view));
    assertThat(picture.outputTokens()).isEqualTo(6);
    assertThat(picture.keptPatches()).containsExactly(2, 6);
    assertThat(picture.targetPatches()).containsExactly(0, 4);
    assertThat(picture.mergedPatches())
        .containsExactly(entry(1, 0), entry(3, 0), entry(5, 4), entry(7, 4));
    assertThat(picture.tokens().get(3).view()).isEqualTo(1);
    assertThat(picture.tokens().get(3).anchor()).isEqualTo(-1);
  }
}
