// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private static VisionFeatures features(boolean hasCls) {
    return new VisionFeatures(
        Values.normal(1, DType.FP32, 2, 17, 6),
        Values.normal(2, DType.FP32, 2, 3, 4),
        Values.normal(3, DType.FP32, 2, 3, 17, 4),
        hasCls);
  }

  @Test
  void everyMethodIsFoundByTheNameItGivesItself() {
    for (CompressionMethod method : Compressors.all()) {
      assertThat(Compressors.byName(method.name())).isSameAs(method);
      assertThat(method.forBudget().apply(8).name()).isEqualTo(method.name());
    }
    assertThatThrownBy(() -> Compressors.byName("zip"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method: expected one of none, visionzip, got \"zip\"");
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
      assertThat(provenance.kept()[0]).isZero();
      assertThat(provenance.keptPatches()).hasSize(provenance.kept().length - 1);
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
  void noneKeepsEveryPatch() {
    try (TensorScope scope = new TensorScope();
        TokenSelection selection = new NoCompression().select(features(true))) {
      Tensor tokens = features(true).hidden();
      assertThat(Tensors.toFloatArray(selection.apply(tokens)))
          .isEqualTo(Tensors.toFloatArray(tokens.narrow(1, 1, 16)));
      assertThat(selection.provenance(0).keptPatches()).hasSize(16).startsWith(0, 1, 2);
    }
  }

  @Test
  void visionZipNeedsACls() {
    try (TensorScope scope = new TensorScope()) {
      VisionFeatures features = features(false);
      VisionZip method = new VisionZip(VisionZipOptions.defaults());
      assertThatThrownBy(() -> method.select(features))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("VisionZip: expected a vision tower with a CLS token, got one without");
    }
  }

  @Test
  void mergedPatchesAreCountedWithoutCls() {
    Provenance provenance =
        new Provenance(
            new int[] {0, 3},
            new int[] {1, 4},
            new int[] {2, 5},
            new int[] {1, 0},
            new float[5],
            true);
    assertThat(provenance.keptPatches()).containsExactly(2);
    assertThat(provenance.targetPatches()).containsExactly(0, 3);
    assertThat(provenance.mergedPatches()).containsOnlyKeys(1, 4).containsEntry(1, 3);
  }
}
