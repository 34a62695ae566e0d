// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.kernel.HeadMeanLogits;
import org.tokenzip.kernel.WeightedSum;
import org.tokenzip.tensor.Tensors;

/**
 * What {@link FiCoCoL} decides by: mean logits over heads, before mask and softmax. Only what is
 * needed of them is computed, exactly (METHODS 4.3.4).
 */
final class FiCoCoLScores {
  private final double beta;
  private final double gamma;
  private final boolean sums;

  FiCoCoLScores(FiCoCoLOptions options) {
    beta = options.beta();
    gamma = options.gamma();
    sums = options.preset() == FiCoCoPreset.RELEASED;
  }

  /**
   * How redundant each visual token is: beta times the mean of its logits for all visual tokens,
   * less the rest times that for the text behind them. One dot product each, with a mean of keys.
   *
   * @return fp32 [1, n]
   */
  Tensor redundancy(DecoderLayer layer) {
    Tensor keys = layer.keys().squeeze(0).to(ScalarType.Float); // [Hkv, S, d]
    long keyHeads = keys.size(0);
    long heads = layer.queries().size(1);
    Tensor weights = weights(layer).to(keys.device(), ScalarType.Float);
    Tensor mean = WeightedSum.apply(keys, weights.expand(keyHeads, -1)); // [Hkv, 1, d]
    Tensor perQueryHead = mean.expand(-1, heads / keyHeads, -1).reshape(-1); // [H d]
    Tensor queries =
        layer
            .queries()
            .narrow(2, layer.visualStart(), layer.visualCount())
            .transpose(1, 2)
            .flatten(2, 3)
            .squeeze(0)
            .to(ScalarType.Float); // [n, H d]
    try (Scalar scale = new Scalar(layer.scale() / heads)) {
      return queries.mv(perQueryHead).mul_(scale).unsqueeze(0);
    }
  }

  /** fp32 [1, S]: what the key of each position counts. */
  private Tensor weights(DecoderLayer layer) {
    float[] weights = new float[layer.positions()];
    int end = layer.visualStart() + layer.visualCount();
    for (int i = layer.visualStart(); i < weights.length; i++) {
      weights[i] =
          (float)
              (i < end ? beta / (sums ? 1 : layer.visualCount()) : (beta - 1) / layer.textAfter());
    }
    return Tensors.of(weights, 1, weights.length);
  }

  /**
   * How much each of {@code removed} has in common with each of {@code kept}: gamma times its logit
   * for it, and the rest times the mean over the text of the two logits on the way through a word.
   *
   * @return fp32 [1, r, m]
   */
  Tensor correlation(DecoderLayer layer, int[] removed, int[] kept) {
    Tensor rows = index(layer, removed);
    Tensor columns = index(layer, kept);
    Tensor text = Indices.rows(1, layer.hidden(), VisualPlaces.text(layer).toArray());
    Tensor direct = logits(layer, rows, columns); // [1, r, m]
    Tensor toText = logits(layer, rows, text); // [1, r, M]
    Tensor fromText = logits(layer, text, columns); // [1, M, m]
    try (Scalar ofDirect = new Scalar(gamma);
        Scalar ofIndirect = new Scalar((1 - gamma) / (sums ? 1 : layer.textAfter()))) {
      return direct.baddbmm(toText, fromText, ofDirect, ofIndirect);
    }
  }

  private static Tensor index(DecoderLayer layer, int... places) {
    return Indices.rows(1, layer.hidden(), VisualPlaces.positions(layer, places));
  }

  private static Tensor logits(DecoderLayer layer, Tensor rows, Tensor columns) {
    return HeadMeanLogits.apply(layer.queries(), layer.keys(), layer.scale(), rows, columns);
  }
}
