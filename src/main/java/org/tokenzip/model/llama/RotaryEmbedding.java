// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.Tensors;

/**
 * Rotary position embedding (arXiv 2104.09864) with half-split rotation: element i of a head turns
 * with element i + d/2. Angles are computed in fp32.
 */
final class RotaryEmbedding {
  private final Tensor cosine; // [P, d]
  private final Tensor sine; // [P, d], negative in the first half
  private final long headDim;
  private final Device device;

  RotaryEmbedding(int headDim, double theta, int positions, Parameters parameters) {
    this.headDim = headDim;
    device = parameters.device();
    int half = headDim / 2;
    float[] cos = new float[Math.multiplyExact(positions, headDim)];
    float[] sin = new float[cos.length];
    for (int i = 0; i < half; i++) {
      float frequency = 1 / (float) Math.pow(theta, 2f * i / headDim);
      for (int position = 0; position < positions; position++) {
        float angle = position * frequency;
        int low = position * headDim + i;
        cos[low] = (float) Math.cos(angle);
        sin[low] = (float) -Math.sin(angle);
        cos[low + half] = cos[low];
        sin[low + half] = -sin[low];
      }
    }
    cosine = parameters.own(table(cos, positions, parameters));
    sine = parameters.own(table(sin, positions, parameters));
  }

  /** The rotations of a stretch of tokens: cosine and sine broadcast to [B, S, H, d]. */
  record Rotation(Tensor cosine, Tensor sine, long half) {
    /** {@code x} [B, S, H, d], rotated, as a new tensor. */
    Tensor apply(Tensor x) {
      return x.mul(cosine).addcmul_(x.roll(new long[] {half}, -1), sine);
    }
  }

  /** Rotations at positions first, first + 1, … of every row. */
  Rotation consecutive(long first, long count) {
    return new Rotation(
        cosine.narrow(0, first, count).unsqueeze(1),
        sine.narrow(0, first, count).unsqueeze(1),
        headDim / 2);
  }

  /** Rotations at {@code positions}, row-major [rows, count]. */
  Rotation at(long[] positions, long rows) {
    Tensor index = Tensors.to(Tensors.vector(positions), device);
    return new Rotation(gather(cosine, index, rows), gather(sine, index, rows), headDim / 2);
  }

  private Tensor gather(Tensor table, Tensor index, long rows) {
    return table.index_select(0, index).view(rows, -1, 1, headDim); // [B, S, 1, d]
  }

  private Tensor table(float[] values, int positions, Parameters parameters) {
    Tensor host = Tensors.of(values, positions, headDim);
    Tensor placed = Tensors.to(host, parameters.dtype(), parameters.device());
    host.close();
    return placed;
  }
}
