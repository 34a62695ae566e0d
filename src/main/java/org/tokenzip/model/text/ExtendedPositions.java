// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * A text tower's position table made longer: the first rows, which short texts trained well, stay,
 * and every later one becomes four on the way to the next. CLIP's 77 become 248, SigLIP's 64 become
 * 196.
 *
 * <p>Source: PPLLaVA (arXiv 2411.02327), after Long-CLIP (arXiv 2403.15378).
 */
public final class ExtendedPositions {
  /** Rows that stay as they are. */
  public static final int KEPT = 20;

  private static final int STEPS = 4;

  private ExtendedPositions() {}

  /** Rows of the longer table. */
  public static long length(long rows) {
    return KEPT + STEPS * (rows - KEPT);
  }

  /**
   * The longer table; the last row is continued the way it came from the one before.
   *
   * @param table [L, D], L at least {@link #KEPT} + 2
   * @return [{@link #length}, D]; the caller's
   */
  public static Tensor of(Tensor table) {
    Shapes.require(table, "table", 2);
    long rows = table.size(0);
    if (rows < KEPT + 2) {
      throw new IllegalArgumentException(
          "table: expected at least " + (KEPT + 2) + " positions, got " + rows);
    }
    return TensorScope.compute(() -> extended(table, rows));
  }

  private static Tensor extended(Tensor table, long rows) {
    Tensor from = table.narrow(0, KEPT, rows - KEPT); // [L - 20, D]
    Tensor last = table.narrow(0, rows - 1, 1);
    Tensor beyond = last.mul(new Scalar(2)).sub(table.narrow(0, rows - 2, 1));
    Tensor to = Tensors.concat(0, from.narrow(0, 1, rows - KEPT - 1), beyond);
    Tensor[] steps = new Tensor[STEPS];
    for (int q = 0; q < STEPS; q++) {
      steps[q] = torch.lerp(from, to, new Scalar(q / (double) STEPS));
    }
    try (TensorVector parts = new TensorVector(steps)) {
      return Tensors.concat(0, table.narrow(0, 0, KEPT), torch.stack(parts, 1).flatten(0, 1));
    }
  }
}
