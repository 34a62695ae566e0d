// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.tensor.Tensors;

/** Layers made up so that their attention is what a golden file gives, which has no queries. */
final class MapLayer {
  private MapLayer() {}

  /**
   * A layer whose mean logits over heads are {@code logits} [1, S, S]: queries that are rows of
   * them, and unit vectors for keys.
   *
   * @param hidden [1, S, D]
   * @param keys [1, H, S, d] whose mean over heads that of the layer's keys has to be; null if it
   *     does not matter
   */
  static TowerLayer ofLogits(
      int index, Tensor hidden, Tensor logits, @Nullable Tensor keys, boolean hasCls) {
    long s = logits.size(2);
    Tensor unit = torch.eye(s).reshape(1, 1, s, s);
    Tensor rows = logits.unsqueeze(1); // [1, 1, S, S]
    if (keys != null) {
      // Two heads for each: the unit vectors cancel in the mean over heads, the logits do not.
      Tensor none = keys.mul(new Scalar(0));
      Tensor units = unit.expand(1, keys.size(1), s, s);
      Tensor logit = rows.expand(1, keys.size(1), s, s);
      Tensor away = Tensors.concat(3, keys, units.neg());
      unit = Tensors.concat(1, Tensors.concat(3, keys, units), away);
      Tensor back = Tensors.concat(3, none, logit.neg());
      rows = Tensors.concat(1, Tensors.concat(3, none, logit), back);
    }
    double unscaled = Math.sqrt((double) unit.size(3));
    return new TowerLayer(index, hidden, rows.mul(new Scalar(unscaled)), unit, hasCls);
  }

  /** As {@link #ofLogits}, of softmax attention. */
  static TowerLayer of(
      int index, Tensor hidden, Tensor map, @Nullable Tensor keys, boolean hasCls) {
    return ofLogits(index, hidden, map.log(), keys, hasCls);
  }
}
