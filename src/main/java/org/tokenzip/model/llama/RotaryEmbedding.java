// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * Rotary position embedding (arXiv 2104.09864) with half-split rotation: element i of a head turns
 * with element i + d/2. Angles are computed in fp32.
 *
 * <p>Sines and cosines are tabulated as far as sequences have reached. Safe for concurrent use.
 */
final class RotaryEmbedding {
  private static final long FIRST_POSITIONS = 4096;

  private final int headDim;
  private final double theta;
  private final long maxPositions;
  private final Parameters parameters;
  private volatile Table table;

  RotaryEmbedding(int headDim, double theta, long maxPositions, Parameters parameters) {
    this.headDim = headDim;
    this.theta = theta;
    this.maxPositions = maxPositions;
    this.parameters = parameters;
    table = newTable(Math.min(FIRST_POSITIONS, maxPositions));
  }

  /** The rotations of a stretch of tokens: cosine and sine broadcast to [B, S, H, d]. */
  record Rotation(Tensor cosine, Tensor sine, long half) {
    /** {@code x} [B, S, H, d], rotated, as a new tensor. */
    Tensor apply(Tensor x) {
      return x.mul(cosine).addcmul_(x.roll(new long[] {half}, -1), sine);
    }
  }

  /** Both [P, d]; the sine is negative in the first half. */
  private record Table(Tensor cosine, Tensor sine, long positions) {}

  /** Rotations at positions first, first + 1, … of every row. */
  Rotation consecutive(long first, long count) {
    Table table = covering(first + count);
    return new Rotation(
        table.cosine.narrow(0, first, count).unsqueeze(1),
        table.sine.narrow(0, first, count).unsqueeze(1),
        headDim / 2);
  }

  /** Rotations at {@code positions}, row-major [rows, count]. */
  Rotation at(long[] positions, long rows) {
    Table table = covering(LongStream.of(positions).max().orElse(0) + 1);
    Tensor index = Tensors.to(Tensors.vector(positions), parameters.device());
    return new Rotation(
        gather(table.cosine, index, rows), gather(table.sine, index, rows), headDim / 2);
  }

  private Tensor gather(Tensor values, Tensor index, long rows) {
    return values.index_select(0, index).view(rows, -1, 1, headDim); // [B, S, 1, d]
  }

  private Table covering(long positions) {
    Table known = table;
    return positions <= known.positions ? known : grown(positions);
  }

  private synchronized Table grown(long positions) {
    Table known = table;
    if (positions > known.positions) {
      // Other threads may still read the shorter table, so it lives as long as the model does.
      known = newTable(Math.min(maxPositions, Math.max(positions, 2 * known.positions)));
      table = known;
    }
    return known;
  }

  private Table newTable(long positions) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / (float) Math.pow(theta, 2f * i / headDim);
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor column = torch.arange(new Scalar(positions)).unsqueeze(1); // [P, 1]
      // The product is rounded to fp32, its cosine and sine only once they are computed.
      Tensor angles = column.to(ScalarType.Float).mul(Tensors.vector(frequencies));
      Tensor exact = angles.to(ScalarType.Double); // [P, d/2]
      Tensor cosine = exact.cos();
      Tensor sine = exact.sin();
      Tensor cosines = placed(Tensors.concat(1, cosine, cosine));
      Tensor sines = placed(Tensors.concat(1, sine.neg(), sine));
      return new Table(parameters.own(cosines), parameters.own(sines), positions);
    }
  }

  private Tensor placed(Tensor values) {
    return Tensors.to(values.to(ScalarType.Float), parameters.dtype(), parameters.device());
  }
}
