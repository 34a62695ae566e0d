// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.bench.published.PublishedReceivedAttention;
import org.tokenzip.kernel.AttentionReceived;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;

/**
 * Scores of a tower without a CLS token at the shape of SigLIP-so400m/384, our way and the
 * published way. Construction fails unless both find the same scores.
 */
final class ReceivedAttentionSides implements AutoCloseable {
  private static final long SEED = 2303_15343;
  private static final int HEADS = 16;
  private static final int TOKENS = 729;
  private static final int HEAD_WIDTH = 72;
  private static final float SCALE = (float) (1 / Math.sqrt(HEAD_WIDTH));

  private final Tensor query;
  private final Tensor keys;
  private final Tensor queryByHead;
  private final Tensor keysByHead;
  private final Map<String, String> parameters;

  ReceivedAttentionSides(int images, DType dtype) {
    NativeRuntime.load();
    parameters =
        new TreeMap<>(Map.of("batch", Integer.toString(images), "dtype", dtype.toString()));
    try (TensorScope scope = new TensorScope()) {
      torch.manual_seed(SEED);
      // Token by token in memory, as projections leave them; eager attention has them by head.
      query = scope.keep(heads(images, dtype));
      keys = scope.keep(heads(images, dtype));
      queryByHead = scope.keep(query.contiguous());
      keysByHead = scope.keep(keys.contiguous());
      verify(dtype);
    }
  }

  Map<String, String> parameters() {
    return parameters;
  }

  void tokenzip() {
    AttentionReceived.apply(query, keys, SCALE).close();
  }

  /** Published: scores of the map that eager attention forms; forming it is part of the time. */
  void published() {
    try (TensorScope scope = new TensorScope()) {
      scoreAsPublished();
    }
  }

  @Override
  public void close() {
    List.of(query, keys, queryByHead, keysByHead).forEach(Tensor::close);
  }

  private Tensor scoreAsPublished() {
    return PublishedReceivedAttention.scores(queryByHead, keysByHead, SCALE);
  }

  private void verify(DType dtype) {
    // Against the mean, 1/S: the published map is rounded to its dtype, entry by entry.
    Scalar tokens = new Scalar(TOKENS);
    Tensor expected = scoreAsPublished().to(DType.FP32.scalarType()).mul(tokens);
    Tensor ours = AttentionReceived.apply(query, keys, SCALE).requireFinite().mul(tokens);
    Agreement.require("received attention", expected, ours, dtype == DType.FP32 ? 1e-5 : 5e-2);
  }

  private static Tensor heads(int images, DType dtype) {
    return torch.randn(images, TOKENS, HEADS, HEAD_WIDTH).to(dtype.scalarType()).transpose(1, 2);
  }
}
