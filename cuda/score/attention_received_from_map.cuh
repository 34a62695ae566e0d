// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Mean attention that every token receives: the mean of a softmax map over heads and rows.
//
// Geometry: a block owns 32 columns of one picture and walks the rows of all heads, one per warp;
// no atomics, so the order of the sum is fixed: rows within a warp ascending, then the warps
// ascending. Shared memory: 4 bytes per thread. Bytes moved: the part of the map that is asked for
// once, 4 bytes per column and picture written.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "score/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kReceivedWarps = 16;

template <typename T>
TKZ_KERNEL(kReceivedWarps* kWarpSize, 2)
attention_received_from_map_kernel(AttentionReceivedFromMapArgs args) {
  const AttentionMap& map = args.map;
  const int tiles = static_cast<int>((args.width + kWarpSize - 1) / kWarpSize);
  const int64_t image = block_index() / tiles;
  const int64_t place = static_cast<int64_t>(block_index() % tiles) * kWarpSize + lane_index();
  const int64_t count = map.ragged.picture(image, map.tokens).count;
  const Range rows = args.rows.within(count);
  const int64_t column = args.columns.begin + place;

  float sum = 0.0f;
  if (column < args.columns.within(count).end) {
    const T* element = static_cast<const T*>(map.data) + image * map.stride_batch + column;
    for (int64_t head = 0; head < map.heads; ++head) {
#pragma unroll 8
      for (int64_t row = rows.begin + warp_index(); row < rows.end; row += kReceivedWarps) {
        sum += to_float(element[head * map.stride_head + row * map.stride_row]);
      }
    }
  }
  auto* const partial = reinterpret_cast<float*>(shared_memory());  // [warps][32]
  partial[thread_index()] = sum;
  syncthreads();  // every warp's sums are there
  if (warp_index() != 0 || place >= args.width) return;
  float total = 0.0f;
  for (int warp = 0; warp < kReceivedWarps; ++warp) {
    total += partial[warp * kWarpSize + lane_index()];
  }
  const float terms = static_cast<float>(map.heads) * static_cast<float>(rows.end - rows.begin);
  args.scores[image * args.width + place] = terms > 0.0f ? total / terms : 0.0f;
}

}  // namespace tkz::TKZ_BACKEND
