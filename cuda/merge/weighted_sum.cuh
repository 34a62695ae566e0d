// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One token from many: the weighted sum of the rows of a picture, or of a list of them (METHODS:
// EViT, step 3).
//
// Geometry: one warp per picture and run of 512 bytes, alone in its block so that the few there are
// spread over the multiprocessors; sixteen rows in flight. No shared memory. Bytes moved: every
// wanted row once.
#pragma once

#include "common/reduce.cuh"
#include "merge/arguments.h"
#include "merge/weighted_rows.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kSumRowsInFlight = 16;

/// kVector: rows and output may be accessed 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kWarpSize, 8)
weighted_sum_kernel(WeightedSumArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t runs = (args.dim + kWidth * kWarpSize - 1) / (kWidth * kWarpSize);
  const int64_t channel = (block_index() % runs * kWarpSize + lane_index()) * kWidth;
  const int64_t image = block_index() / runs;
  if (channel >= args.dim) return;

  const int64_t width = args.dim - channel;
  const Picture picture = args.ragged.picture(image, args.tokens);
  const T* rows =
      static_cast<const T*>(args.input) +
      args.ragged.start(image, picture, args.input_stride_batch, args.input_stride_token);
  const float* weights =
      args.weight + args.ragged.start(image, picture, args.weight_stride_batch, 1);
  const int32_t* index =
      args.has_index != 0 ? args.index + image * args.index_stride_batch : nullptr;
  const int64_t count = args.has_index != 0 ? args.index_count : picture.count;

  float sum[kWidth] = {};
  float weight_sum = 0.0f;
  add_rows<kSumRowsInFlight, T>(
      0, static_cast<int>(count),
      [&](int i, Chunk<T>* chunk, float* weight) {
        const int64_t row = args.has_index != 0 ? index[i] : i;
        if (row < 0 || row >= picture.count) return;
        *chunk = load_chunk<T, kVector>(rows + (row * args.input_stride_token + channel), width);
        *weight = weights[row];
      },
      sum, &weight_sum);
  Chunk<T> result;
#pragma unroll
  for (int e = 0; e < kWidth; ++e) result.element[e] = from_float<T>(sum[e]);
  store_chunk<T, kVector>(static_cast<T*>(args.out) + image * args.out_stride_batch + channel,
                          result, width);
}

}  // namespace tkz::TKZ_BACKEND
