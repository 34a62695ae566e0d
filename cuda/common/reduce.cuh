// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums, maxima and prefix sums over a warp or a block. The order of every floating-point reduction
// is fixed, so results do not depend on scheduling.
#pragma once

#include "common/device.cuh"

namespace tkz::TKZ_BACKEND {

TKZ_DEVICE int lane_index() { return thread_index() % kWarpSize; }
TKZ_DEVICE int warp_index() { return thread_index() / kWarpSize; }

/// The same sum, to the bit, on every lane.
TKZ_DEVICE float warp_sum(float value) {
#pragma unroll
  for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
    value += shfl(value, lane_index() ^ offset);
  }
  return value;
}

TKZ_DEVICE float warp_max(float value) {
#pragma unroll
  for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
    value = fmaxf(value, shfl(value, lane_index() ^ offset));
  }
  return value;
}

/// Sum over the lanes below this one.
TKZ_DEVICE uint32_t warp_exclusive_sum(uint32_t value) {
  uint32_t sum = value;
#pragma unroll
  for (int offset = 1; offset < kWarpSize; offset *= 2) {
    const uint32_t below = shfl(sum, (lane_index() - offset) & (kWarpSize - 1));
    if (lane_index() >= offset) sum += below;
  }
  return sum - value;
}

/// Sum over the block of kThreads. `partial` holds one word per warp; two calls in a row need
/// different words, then one barrier per call is enough: a warp can only be one call ahead.
template <int kThreads>
TKZ_DEVICE uint32_t block_sum(uint32_t value, uint32_t* partial) {
  const uint32_t sum = warp_add(value);
  if (lane_index() == 0) partial[warp_index()] = sum;
  syncthreads();  // every warp's sum is there
  return warp_add(lane_index() < kThreads / kWarpSize ? partial[lane_index()] : 0);
}

/// Sum over the threads below this one, and the sum of all in *total. `partial` as in block_sum.
template <int kThreads>
TKZ_DEVICE uint32_t block_exclusive_sum(uint32_t value, uint32_t* partial, uint32_t* total) {
  const uint32_t below = warp_exclusive_sum(value);
  if (lane_index() == kWarpSize - 1) partial[warp_index()] = below + value;
  syncthreads();  // every warp's sum is there
  const uint32_t warp = lane_index() < kThreads / kWarpSize ? partial[lane_index()] : 0;
  *total = warp_add(warp);
  return below + warp_add(lane_index() < warp_index() ? warp : 0);
}

}  // namespace tkz::TKZ_BACKEND
