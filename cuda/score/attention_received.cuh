// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Mean attention that every token receives: the mean over heads and rows of a softmax map.
//
// Geometry: a block owns 32 columns of one image and walks all H S rows, one per warp; no atomics,
// so the order of the sum is fixed: rows within a warp ascending, then the warps ascending. Shared
// memory: 4 bytes per thread. Bytes moved: the map once, 4 S written per image.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "score/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kReceivedWarps = 16;

template <typename T>
TKZ_KERNEL(kReceivedWarps* kWarpSize, 2)
attention_received_kernel(AttentionMapArgs args) {
  const int tiles = static_cast<int>((args.tokens + kWarpSize - 1) / kWarpSize);
  const int64_t image = block_index() / tiles;
  const int64_t column = block_index() % tiles * kWarpSize + lane_index();
  const bool is_inside = column < args.tokens;

  float sum = 0.0f;
  if (is_inside) {
    const T* map = static_cast<const T*>(args.map) + image * args.map_stride_batch + column;
    for (int64_t head = 0; head < args.heads; ++head) {
#pragma unroll 8
      for (int64_t row = warp_index(); row < args.tokens; row += kReceivedWarps) {
        sum += to_float(map[head * args.map_stride_head + row * args.map_stride_row]);
      }
    }
  }
  auto* const partial = reinterpret_cast<float*>(shared_memory());  // [warps][32]
  partial[thread_index()] = sum;
  syncthreads();  // every warp's sums are there
  if (warp_index() != 0 || !is_inside) return;
  float total = 0.0f;
  for (int warp = 0; warp < kReceivedWarps; ++warp) {
    total += partial[warp * kWarpSize + lane_index()];
  }
  args.scores[image * args.tokens + column] =
      total / (static_cast<float>(args.heads) * static_cast<float>(args.tokens));
}

}  // namespace tkz::TKZ_BACKEND
