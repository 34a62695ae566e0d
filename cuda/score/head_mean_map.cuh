// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Mean of softmax maps over heads.
//
// Geometry: a thread per run of kWidth columns, heads added in ascending order. A map of 577 tokens
// in 16 bits starts its heads 2 bytes off alignment, so 16-byte loads are possible only where S and
// every stride allow them; elsewhere a thread reads single elements, eight heads in flight, and
// neighbouring threads read neighbouring elements. Bytes moved: the map once, 4 S S written.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "score/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kMapThreads = 256;

/// kVector: rows of map and mean consist of whole, aligned chunks.
template <typename T, bool kVector>
TKZ_KERNEL(kMapThreads, 4)
head_mean_map_kernel(HeadMeanMapArgs args) {
  constexpr int kWidth = kVector ? Chunk<T>::kWidth : 1;
  const AttentionMap& map = args.map;
  const int runs = static_cast<int>(map.tokens / kWidth);  // in a row
  const int64_t all_runs = map.tokens * runs;              // in a picture
  const int tiles = static_cast<int>((all_runs + kMapThreads - 1) / kMapThreads);
  const int64_t image = block_index() / tiles;
  const int64_t first = static_cast<int64_t>(block_index() % tiles) * kMapThreads;
  if (first + thread_index() >= all_runs) return;
  const int beyond = static_cast<int>(first % runs) + thread_index();
  const int64_t row = first / runs + beyond / runs;
  const int64_t column = static_cast<int64_t>(beyond % runs) * kWidth;
  const int64_t count = map.ragged.picture(image, map.tokens).count;

  float sum[kWidth] = {};
  if (row < count && column < count) {
    const T* element =
        static_cast<const T*>(map.data) + image * map.stride_batch + row * map.stride_row + column;
#pragma unroll(kVector ? 4 : 8)
    for (int64_t head = 0; head < map.heads; ++head) {
      if (kVector) {
        const auto chunk = load_chunk<T, true>(element + head * map.stride_head, kWidth);
#pragma unroll
        for (int e = 0; e < kWidth; ++e) sum[e] += to_float(chunk.element[e]);
      } else {
        sum[0] += to_float(element[head * map.stride_head]);
      }
    }
#pragma unroll
    for (int e = 0; e < kWidth; ++e) {
      sum[e] = column + e < count ? sum[e] / static_cast<float>(map.heads) : 0.0f;
    }
  }
  float* out = args.mean + (image * map.tokens + row) * map.tokens + column;
  if (kVector) {
#pragma unroll
    for (int part = 0; part < kWidth / 4; ++part) {
      Chunk<float> chunk;
#pragma unroll
      for (int e = 0; e < 4; ++e) chunk.element[e] = sum[4 * part + e];
      store128(out + 4 * part, chunk.raw);
    }
  } else {
    *out = sum[0];
  }
}

}  // namespace tkz::TKZ_BACKEND
