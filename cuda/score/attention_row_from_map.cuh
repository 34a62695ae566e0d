// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One row of a softmax map, summed or averaged over heads.
//
// Geometry: a thread per column, heads added in ascending order; rows of odd length leave heads
// unaligned, so elements are read one by one. Bytes moved: H S elements and 4 S per picture.
#pragma once

#include "common/numeric.cuh"
#include "score/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kRowThreads = 256;

template <typename T>
TKZ_KERNEL(kRowThreads, 4)
attention_row_from_map_kernel(AttentionRowFromMapArgs args) {
  const AttentionMap& map = args.map;
  const int tiles = static_cast<int>((map.tokens + kRowThreads - 1) / kRowThreads);
  const int64_t image = block_index() / tiles;
  const int64_t column = static_cast<int64_t>(block_index() % tiles) * kRowThreads + thread_index();
  const Picture picture = map.ragged.picture(image, map.tokens);
  if (column >= picture.count) return;
  const int64_t row = args.row < 0 ? picture.count - 1 : args.row;
  float sum = 0.0f;
  if (row < picture.count) {
    const T* element =
        static_cast<const T*>(map.data) + image * map.stride_batch + row * map.stride_row + column;
#pragma unroll 8
    for (int64_t head = 0; head < map.heads; ++head) {
      sum += to_float(element[head * map.stride_head]);
    }
    if (args.mean) sum /= static_cast<float>(map.heads);
  }
  args.scores[map.ragged.start(image, picture, map.tokens, 1) + column] = sum;
}

}  // namespace tkz::TKZ_BACKEND
