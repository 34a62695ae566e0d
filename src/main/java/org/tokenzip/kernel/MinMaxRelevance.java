// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.DiversityFunctions.tkz_min_max_relevance;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * Relevance scaled to each picture: (r - min r + 1e-6) / (max r - min r), ones where max equals
 * min. Values that are not finite make others that are not, which {@link GreedyDpp} then reports.
 *
 * <p>Source: CDPruner (arXiv 2506.10967).
 */
public final class MinMaxRelevance {
  private MinMaxRelevance() {}

  /** {@code relevance} fp32 [B, n]; returns fp32 [B, n]. */
  public static Tensor apply(Tensor relevance) {
    return apply(null, relevance);
  }

  /** As {@link #apply(Tensor)}; ragged: both are [1, total]. */
  public static Tensor apply(@Nullable Ragged ragged, Tensor relevance) {
    Shapes.require(relevance, "relevance", 2);
    LibtorchCall call = LibtorchCall.on(relevance);
    Tensor scaled = call.floats(relevance.shape());
    return call.returning(scaled, () -> run(ragged, view(relevance), view(scaled)));
  }

  /** {@code relevance} fp32 [B, n]; writes {@code scaled} fp32 [B, n], contiguous. */
  public static void run(@Nullable Ragged ragged, NativeTensor relevance, NativeTensor scaled) {
    Call call = Call.on(relevance);
    call.check(
        tkz_min_max_relevance(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("relevance", relevance, FP32),
            call.out("scaled", scaled, FP32)));
  }
}
