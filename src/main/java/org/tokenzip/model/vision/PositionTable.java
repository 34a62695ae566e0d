// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.VisionConfig;

/**
 * The position embeddings of a square grid of patches, behind that of a class token where there is
 * one. Smaller pictures get them interpolated, bicubic without aligned corners, as the reference
 * implementation does for other resolutions.
 */
final class PositionTable {
  private final int side;
  private final int cls;
  private final Tensor table; // [S, D]

  PositionTable(VisionConfig config, Parameters parameters, String prefix) {
    side = config.gridSide();
    cls = config.architecture().hasCls() ? 1 : 0;
    table =
        parameters.take(
            prefix + "embeddings.position_embedding.weight",
            config.positions(),
            config.hiddenSize());
  }

  /** Adds the positions to {@code tokens} [B, S', D], those of a square grid, in place. */
  Tensor addTo(Tensor tokens) {
    int wanted = (int) Math.round(Math.sqrt((double) (tokens.size(1) - cls)));
    return tokens.add_(wanted == side ? table : interpolated(wanted));
  }

  private Tensor interpolated(int wanted) {
    return TensorScope.compute(
        () -> {
          Tensor patches = table.narrow(0, cls, (long) side * side).to(ScalarType.Float);
          Tensor map = patches.t().contiguous().view(1, -1, side, side); // [1, D, side, side]
          Tensor scaled =
              torch
                  .upsample_bicubic2d(map, new long[] {wanted, wanted}, false)
                  .flatten(2, 3)
                  .squeeze(0)
                  .t()
                  .to(table.scalar_type()); // [wanted², D]
          return cls == 0 ? scaled : Tensors.concat(0, table.narrow(0, 0, 1), scaled);
        });
  }
}
