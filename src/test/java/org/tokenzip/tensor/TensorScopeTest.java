// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
  @Test
  void freesEverythingMadeInside() {
    Tensors.vector(1f).close();
    long before = Pointer.totalCount();
    Tensor made;
    try (TensorScope scope = new TensorScope()) {
      made = Tensors.vector(1f, 2f).add(Tensors.vector(3f, 4f));
      assertThat(made.isNull()).isFalse();
    }
    assertThat(made.isNull()).isTrue();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void keptTensorBelongsToTheCaller() {
    long before = Pointer.totalCount();
    Tensor kept;
    try (TensorScope scope = new TensorScope()) {
      kept = scope.keep(Tensors.vector(1f, 2f));
    }
    assertThat(Tensors.toFloatArray(kept)).containsExactly(1f, 2f);
    kept.close();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void keptTensorPassesToTheEnclosingScope() {
    long before = Pointer.totalCount();
    Tensor kept;
    try (TensorScope outer = new TensorScope()) {
      try (TensorScope inner = new TensorScope()) {
        kept = inner.keep(Tensors.vector(5f));
      }
      assertThat(Tensors.toFloatArray(kept)).containsExactly(5f);
    }
    assertThat(kept.isNull()).isTrue();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void closingATensorEarlyDoesNotDisturbItsScope() {
    long before = Pointer.totalCount();
    try (TensorScope scope = new TensorScope()) {
      Tensors.vector(1f).close();
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void inferenceModeLastsAsLongAsTheScope() {
    Tensors.vector(0f).close();
    assertThat(InferenceMode.is_enabled()).isFalse();
    try (TensorScope scope = new TensorScope()) {
      assertThat(InferenceMode.is_enabled()).isTrue();
    }
    assertThat(InferenceMode.is_enabled()).isFalse();
  }

  @Test
  void refusesAnotherThread() {
    try (TensorScope scope = new TensorScope()) {
      assertThatThrownBy(() -> CompletableFuture.runAsync(scope::close).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void keepingAfterCloseIsRefused() {
    TensorScope scope = new TensorScope();
    Tensor tensor = Tensors.vector(1f);
    scope.close();
    assertThatThrownBy(() -> scope.keep(tensor)).isInstanceOf(IllegalStateException.class);
    scope.close();
  }
}
