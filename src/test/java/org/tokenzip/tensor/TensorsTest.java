// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;

class TensorsTest {
  private static final Device CPU = new Device(Backend.CPU, 0);

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = new TensorScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void valuesSurviveTheRoundTrip() {
    assertThat(Tensors.toFloatArray(Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Tensors.toLongArray(Tensors.vector(7L, -1L))).containsExactly(7, -1);
    assertThat(Tensors.toFloatArray(Tensors.of(new float[0], 0, 3))).isEmpty();
  }

  @Test
  void aTransposedTensorIsReadInRowMajorOrder() {
    Tensor tensor = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
    assertThat(Tensors.toFloatArray(tensor.transpose(0, 1))).containsExactly(1, 3, 2, 4);
  }

  @Test
  void aPartIsReadFromWhereItBegins() {
    Tensor tensor = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    assertThat(Tensors.toFloatArray(tensor.narrow(0, 1, 2))).containsExactly(3, 4, 5, 6);
    assertThat(Tensors.toFloatArray(tensor.narrow(1, 1, 1))).containsExactly(2, 4, 6);
    assertThat(Tensors.toLongArray(tensor.narrow(0, 2, 1))).containsExactly(5, 6);
  }

  @Test
  void tooFewValuesAreRefused() {
    assertThatThrownBy(() -> Tensors.of(new float[] {1, 2, 3}, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values: expected 4 for shape [2, 2], got 3");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void dtypesConvertAndParse(DType dtype) {
    Tensor tensor = Tensors.to(Tensors.vector(1.5f, -2f), dtype, CPU);
    assertThat(DTypes.of(tensor, "tensor")).isEqualTo(dtype);
    assertThat(Tensors.toFloatArray(tensor)).containsExactly(1.5f, -2f);
    assertThat(DType.parse(dtype.toString())).isEqualTo(dtype);
    assertThat(DTypes.of(Tensors.emptyLike(tensor, 3, 4), "like")).isEqualTo(dtype);
    assertThat(Tensors.empty(dtype, CPU, 2, 5).shape()).containsExactly(2, 5);
  }

  @Test
  void unknownDtypesAreRefused() {
    assertThatThrownBy(() -> DType.parse("int8"))
        .hasMessage("dtype: expected fp32, fp16 or bf16, got \"int8\"");
    assertThatThrownBy(() -> DTypes.of(Tensors.vector(1L), "ids"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ids: expected dtype fp32, fp16 or bf16, got Long");
    assertThatThrownBy(() -> DTypes.require(Tensors.vector(1L), "ids", ScalarType.Int))
        .hasMessage("ids: expected dtype Int, got Long");
  }

  @Test
  void shapesAreCheckedWithWildcards() {
    Tensor tensor = Tensors.empty(DType.FP32, CPU, 2, 3, 4);
    Shapes.require(tensor, "x", 3);
    Shapes.require(tensor, "x", 2L, Shapes.ANY, 4L);
    assertThatThrownBy(() -> Shapes.require(tensor, "x", 2))
        .hasMessage("x: expected 2 dimensions, got shape [2, 3, 4]");
    assertThatThrownBy(() -> Shapes.require(tensor, "x", Shapes.ANY, 5L, 4L))
        .hasMessage("x: expected shape [*, 5, 4], got [2, 3, 4]");
  }

  @Test
  void libtorchFailuresCarryOneLine() {
    RuntimeException failure =
        catchThrowableOfType(
            RuntimeException.class, () -> Tensors.vector(1f, 2f).add(Tensors.vector(1f, 2f, 3f)));
    RuntimeException wrapped = LibtorchException.wrap(failure);
    assertThat(wrapped).isInstanceOf(LibtorchException.class);
    assertThat(wrapped.getMessage()).contains("size").doesNotContain("\n");
    assertThat(((LibtorchException) wrapped).nativeTrace()).contains("frame #0");
    assertThat(LibtorchException.wrap(wrapped)).isSameAs(wrapped);
  }
}
