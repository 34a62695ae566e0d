// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every source goes to the target of largest cosine; ties go to the lower target and the cosine
// with a zero vector is 0. Only targets are normalised: the norm of a source does not change its
// order of targets.
//
// Targets pass through shared memory in tiles, normalised, in rows padded to whole chunks of four.
// A thread owns a source and compares it with kTargetGroup targets at a time, so that one 16-byte
// read of the source serves them all.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kTargetGroup = 10;  // the published budgets are multiples of it

/// Copies `count` rows of `keys`, named by `position`, into `tile` and divides each by its norm;
/// fills up the last group with zeros. One warp per row, one chunk of four per lane, so that a lane
/// reads back only what it copied itself. Sets *bad at a NaN or infinity.
template <int kThreads, bool kVector>
TKZ_DEVICE void stage_targets(const float* keys, const uint16_t* position, int count, int dim,
                              int padded_dim, float* tile, bool* bad) {
  constexpr int kWarps = kThreads / kWarpSize;
  const int filled = (count + kTargetGroup - 1) / kTargetGroup * kTargetGroup;
  const int channel = 4 * lane_index();
  for (int row = warp_index(); row < filled; row += kWarps) {
    if (channel >= padded_dim) continue;
    float* const to = tile + row * padded_dim + channel;
    if (row >= count) {
      store128(to, Vec128{});
    } else if (kVector) {
      cp_async16(to, keys + static_cast<int64_t>(position[row]) * dim + channel);
    } else {
      const float* from = keys + static_cast<int64_t>(position[row]) * dim + channel;
      store128(to, load_chunk<float, false>(from, dim - channel).raw);
    }
  }
  cp_async_commit();
  cp_async_wait<0>();
  for (int row = warp_index(); row < count; row += kWarps) {
    Chunk<float> chunk;
    chunk.raw = Vec128{};
    auto* const target = reinterpret_cast<Vec128*>(tile + row * padded_dim + channel);
    if (channel < padded_dim) chunk.raw = *target;
    // Divided by the largest component first, so that no square overflows or vanishes.
    float largest = 0.0f;
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      largest = fmaxf(largest, fabsf(chunk.element[e]));
      *bad |= !is_finite(chunk.element[e]);
    }
    largest = warp_max(largest);
    float square = 0.0f;
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      chunk.element[e] = largest > 0.0f ? chunk.element[e] / largest : 0.0f;
      square = fma(chunk.element[e], chunk.element[e], square);
    }
    square = warp_sum(square);
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      if (square > 0.0f) chunk.element[e] /= sqrtf(square);
    }
    if (channel < padded_dim) *target = chunk.raw;
  }
}

/// The best target so far of one source.
struct BestTarget {
  float cosine;  // times the norm of the source
  int target;
};

/// Compares one source with the `count` targets of a tile, the first of which is target `offset`,
/// kGroup (a divisor of kTargetGroup) at a time.
template <bool kVector, int kGroup>
TKZ_DEVICE BestTarget compare_targets(const float* source, const float* tile, int offset, int count,
                                      int dim, int padded_dim, BestTarget best) {
  for (int first = 0; first < count; first += kGroup) {
    float dot[kGroup] = {};
#pragma unroll 1  // more would not fit into the registers of 576 threads
    for (int channel = 0; channel < dim; channel += 4) {
      const auto key = load_chunk<float, kVector>(source + channel, dim - channel);
#pragma unroll
      for (int g = 0; g < kGroup; ++g) {
        Chunk<float> target;
        target.raw = *reinterpret_cast<const Vec128*>(tile + (first + g) * padded_dim + channel);
#pragma unroll
        for (int e = 0; e < 4; ++e) dot[g] = fma(key.element[e], target.element[e], dot[g]);
      }
    }
#pragma unroll
    for (int g = 0; g < kGroup; ++g) {
      if (first + g >= count) break;
      if (dot[g] > best.cosine) best = {dot[g], offset + first + g};
    }
  }
  return best;
}

}  // namespace tkz::TKZ_BACKEND
