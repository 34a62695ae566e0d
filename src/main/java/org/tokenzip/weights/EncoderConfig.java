// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/** What the encoder layers of vision and text towers have in common. */
public interface EncoderConfig {
  /** Width of a token. */
  int hiddenSize();

  /** Width inside the feed-forward part. */
  int intermediateSize();

  /** Number of encoder layers. */
  int layers();

  /** Attention heads; divides {@link #hiddenSize}. */
  int heads();

  /** Activation of the feed-forward part. */
  String activation();

  /** Added to the variance. */
  double layerNormEps();
}
