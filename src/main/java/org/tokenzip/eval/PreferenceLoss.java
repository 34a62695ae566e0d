// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.tensor.DTypes;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * How much more a model prefers the better of two answers than a frozen copy of it does: the loss
 * of direct preference optimisation (arXiv 2305.18290), with which PPLLaVA (arXiv 2411.02327) is
 * tuned on pairs of answers about videos. Computes what a training reports; the training itself is
 * no part of this library. All values are fp32, one for each of B pairs.
 *
 * @param beta strength of the preference, above 0; 0.1 as published
 */
public record PreferenceLoss(double beta) {
  /** Label of a position that is no part of an answer: the prompt, visual tokens and padding. */
  public static final long IGNORED = -100;

  /**
   * What comes out for each pair; the tensors are the caller's.
   *
   * @param loss [B], -log σ(h) with h the difference of the rewards
   * @param chosenReward [B], β (log π - log ρ) of the better answer
   * @param rejectedReward [B], the same of the other
   */
  public record Outcome(Tensor loss, Tensor chosenReward, Tensor rejectedReward)
      implements AutoCloseable {
    @Override
    public void close() {
      loss.close();
      chosenReward.close();
      rejectedReward.close();
    }
  }

  public PreferenceLoss {
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("beta: expected one above 0, got " + beta);
    }
  }

  /** As published. */
  public static PreferenceLoss defaults() {
    return new PreferenceLoss(0.1);
  }

  /**
   * Log-probability of answers: the sum over their tokens, each foretold by the position before it.
   *
   * @param logits [B, S, V] in any storage type
   * @param labels int64 [B, S], the tokens of the answers and {@link #IGNORED} elsewhere; that of
   *     position 0 is not looked at
   * @return [B]; the caller's. 0 for an answer without tokens
   */
  public static Tensor logProbability(Tensor logits, Tensor labels) {
    Shapes.require(logits, "logits", 3);
    DTypes.require(labels, "labels", ScalarType.Long);
    Shapes.require(labels, "labels", logits.size(0), logits.size(1));
    long foretold = Math.max(0, logits.size(1) - 1);
    if (foretold == 0) {
      return Tensors.of(new float[Math.toIntExact(logits.size(0))], logits.size(0));
    }
    requireTokens(labels, logits.size(2));
    return TensorScope.compute(
        () -> {
          Tensor answers = labels.narrow(1, 1, foretold); // [B, S - 1]
          Tensor all = logits.narrow(1, 0, foretold).to(ScalarType.Float).log_softmax(2);
          Tensor token = answers.clamp_min(new Scalar(0L)).unsqueeze(2);
          Tensor each = all.gather(2, token).squeeze(2); // [B, S - 1]
          return each.masked_fill(answers.eq(new Scalar(IGNORED)), new Scalar(0f)).sum(1L);
        });
  }

  /**
   * The loss and the rewards of pairs of answers, from log-probabilities [B] as {@link
   * #logProbability} gives them.
   *
   * @param chosen of the better answer by the model
   * @param rejected of the other by the model
   * @param chosenBefore of the better answer by the frozen copy
   * @param rejectedBefore of the other by the frozen copy
   */
  public Outcome of(Tensor chosen, Tensor rejected, Tensor chosenBefore, Tensor rejectedBefore) {
    Shapes.require(chosen, "chosen", 1);
    Shapes.require(rejected, "rejected", chosen.size(0));
    Shapes.require(chosenBefore, "chosenBefore", chosen.size(0));
    Shapes.require(rejectedBefore, "rejectedBefore", chosen.size(0));
    try (TensorScope scope = new TensorScope()) {
      Tensor better = chosen.sub(chosenBefore).mul(new Scalar(beta));
      Tensor worse = rejected.sub(rejectedBefore).mul(new Scalar(beta));
      Tensor loss = torch.log_sigmoid(better.sub(worse)).neg();
      return new Outcome(scope.keep(loss), scope.keep(better), scope.keep(worse));
    }
  }

  private static void requireTokens(Tensor labels, long vocabulary) {
    long[] values = Tensors.toLongArray(labels);
    Arrays.stream(values)
        .filter(label -> label != IGNORED && (label < 0 || label >= vocabulary))
        .findFirst()
        .ifPresent(
            label -> {
              throw new IllegalArgumentException(
                  "labels: expected tokens below "
                      + vocabulary
                      + " or "
                      + IGNORED
                      + ", got "
                      + label);
            });
  }
}
