// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What has to be known of rows before they can be compared: the mean of a picture's rows and what
// brings each row to length 1. Both read the rows once; sums follow one fixed order.
#pragma once

#include "assign/arguments.h"
#include "assign/row_scale.h"
#include "common/numeric.cuh"
#include "common/reduce.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kRowThreadsPerBlock = 256;
constexpr int kRowWarps = kRowThreadsPerBlock / kWarpSize;

struct RowArgs {
  int64_t batch, dim;
  CosineRows rows;
  bool unit;  // the mean is that of the rows at length 1
};

/// First row of picture `image`, and its norm.
template <typename T>
TKZ_DEVICE const T* first_row(const CosineRows& rows, int64_t image, const Picture& picture) {
  return static_cast<const T*>(rows.data) +
         rows.ragged.start(image, picture, rows.stride_batch, rows.stride_token);
}
TKZ_DEVICE RowNorm* first_norm(const CosineRows& rows, int64_t image, const Picture& picture) {
  return rows.norm + rows.ragged.start(image, picture, rows.tokens, 1);
}

/// rows.mean [B,d]. Block: 32 columns of a picture, a warp every eighth row. Shared memory: one
/// double per thread.
template <typename T>
TKZ_KERNEL(kRowThreadsPerBlock, 1)
row_mean_kernel(RowArgs args) {
  const int64_t column_blocks = (args.dim + kWarpSize - 1) / kWarpSize;
  const int64_t image = block_index() / column_blocks;
  const int64_t column = block_index() % column_blocks * kWarpSize + lane_index();
  const Picture picture = args.rows.ragged.picture(image, args.rows.tokens);
  const T* const first = first_row<T>(args.rows, image, picture);
  const RowNorm* const norm = first_norm(args.rows, image, picture);
  double sum = 0.0;
  for (int64_t row = warp_index(); row < picture.count && column < args.dim; row += kRowWarps) {
    float value = to_float(first[row * args.rows.stride_token + column]);
    if (args.unit) value = value * norm[row].scale * norm[row].inverse;
    sum += static_cast<double>(value);
  }
  double* const partial = reinterpret_cast<double*>(shared_memory());
  partial[thread_index()] = sum;
  syncthreads();  // every warp's sum is there
  if (warp_index() > 0 || column >= args.dim) return;
  for (int warp = 1; warp < kRowWarps; ++warp) sum += partial[warp * kWarpSize + lane_index()];
  args.rows.mean[image * args.dim + column] =
      picture.count > 0 ? static_cast<float>(sum / static_cast<double>(picture.count)) : 0.0f;
}

/// rows.norm. One warp per row. Rows of unusual magnitude are read a second time.
template <typename T, bool kVector>
TKZ_KERNEL(kRowThreadsPerBlock, 1)
row_norm_kernel(RowArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t item = static_cast<int64_t>(block_index()) * kRowWarps + warp_index();
  const int64_t image = item / args.rows.tokens;
  const int64_t row = item % args.rows.tokens;
  if (image >= args.batch) return;
  const Picture picture = args.rows.ragged.picture(image, args.rows.tokens);
  if (row >= picture.count) return;
  const T* const from = first_row<T>(args.rows, image, picture) + row * args.rows.stride_token;
  const float* const mean = args.rows.mean != nullptr ? args.rows.mean + image * args.dim : nullptr;
  const auto square_sum = [&](float scale, float* largest, bool* finite) {
    float square = 0.0f;
    for (int64_t column = lane_index() * kWidth; column < args.dim; column += kWarpSize * kWidth) {
      const auto chunk = load_chunk<T, kVector>(from + column, args.dim - column);
#pragma unroll
      for (int e = 0; e < kWidth; ++e) {
        float value = to_float(chunk.element[e]);
        if (mean != nullptr && column + e < args.dim) value -= mean[column + e];
        *finite &= is_finite(value);
        *largest = fmaxf(*largest, fabsf(value));
        value *= scale;
        square = fma(value, value, square);
      }
    }
    *largest = warp_max(*largest);
    return warp_sum(square);
  };
  float largest = 0.0f;
  bool finite = true;
  float square = square_sum(1.0f, &largest, &finite);
  const float scale = row_scale(largest);
  if (scale != 1.0f) square = square_sum(scale, &largest, &finite);
  finite = ballot(!finite) == 0;
  if (lane_index() != 0) return;
  const float inverse = square > 0.0f ? 1.0f / sqrtf(square) : 0.0f;
  first_norm(args.rows, image, picture)[row] =
      finite ? RowNorm{scale, inverse} : RowNorm{1.0f, bits_to_float(0x7fc00000u)};
}

}  // namespace tkz::TKZ_BACKEND
