// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;

@ExtendWith(NoLeaks.class)
class PreferenceLossTest {
  @Test
  void everyTokenIsForetoldByThePositionBeforeIt() {
    try (TensorScope scope = new TensorScope()) {
      // Two words, three positions: the odds of word 1 are 3 : 1 at the first, 1 : 1 at the second.
      float third = (float) Math.log(3);
      Tensor logits = Tensors.of(new float[] {0, third, 5, 5, 9, 9}, 1, 3, 2);
      assertThat(logProbability(logits, -100, 1, -100)).isCloseTo(log(0.75), within(1e-6));
      assertThat(logProbability(logits, 1, 0, 1)).isCloseTo(log(0.25 * 0.5), within(1e-6));
      assertThat(logProbability(logits, 0, -100, -100)).isZero();
      Tensor one = Tensors.of(new float[] {0, 1}, 1, 1, 2);
      assertThat(logProbability(one, 1)).isZero();
    }
  }

  @Test
  void aPositionThatIsIgnoredMayHoldAnything() {
    try (TensorScope scope = new TensorScope()) {
      Tensor logits = Tensors.of(new float[] {Float.NaN, 0, 1, 1, 0, 0}, 1, 3, 2);
      assertThat(logProbability(logits, -100, -100, 0)).isCloseTo(log(0.5), within(1e-6));
    }
  }

  @Test
  void theLossFallsAsTheBetterAnswerGains() {
    try (TensorScope scope = new TensorScope();
        PreferenceLoss.Outcome outcome =
            new PreferenceLoss(0.5)
                .of(
                    Tensors.vector(-1f, -2f, -400f),
                    Tensors.vector(-1f, -5f, 0f),
                    Tensors.vector(-1f, -4f, 0f),
                    Tensors.vector(-1f, -3f, 0f))) {
      assertThat(Tensors.toFloatArray(outcome.chosenReward())).containsExactly(0, 1, -200);
      assertThat(Tensors.toFloatArray(outcome.rejectedReward())).containsExactly(0, -1, 0);
      float[] loss = Tensors.toFloatArray(outcome.loss());
      assertThat((double) loss[0]).isCloseTo(Math.log(2), within(1e-6));
      assertThat((double) loss[1]).isCloseTo(Math.log(1 + Math.exp(-2)), within(1e-6));
      assertThat((double) loss[2]).isCloseTo(200, within(1e-4)); // not infinite
    }
  }

  @Test
  void whatIsNoAnswerIsRefused() {
    try (TensorScope scope = new TensorScope()) {
      Tensor logits = Tensors.of(new float[6], 1, 3, 2);
      assertThatThrownBy(() -> logProbability(logits, -100, 2, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("labels: expected tokens below 2 or -100, got 2");
      assertThatThrownBy(() -> logProbability(logits, -100, -1, 0))
          .hasMessage("labels: expected tokens below 2 or -100, got -1");
      assertThatThrownBy(() -> logProbability(logits, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("labels");
      Tensor two = Tensors.vector(1f, 2f);
      assertThatThrownBy(() -> PreferenceLoss.defaults().of(two, two, Tensors.vector(1f), two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("chosenBefore");
      assertThatThrownBy(() -> new PreferenceLoss(0))
          .hasMessage("beta: expected one above 0, got 0.0");
    }
  }

  private static double logProbability(Tensor logits, long... labels) {
    Tensor sums = PreferenceLoss.logProbability(logits, Tensors.of(labels, 1, labels.length));
    return Tensors.toFloatArray(sums)[0];
  }

  private static double log(double x) {
    return Math.log(x);
  }
}
