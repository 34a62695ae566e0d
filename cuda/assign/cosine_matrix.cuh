// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// CosineMatrix: one block per pair of 64-row tiles on or above the diagonal; it writes its cosines
// and their mirror image, so the matrix is symmetric to the bit. MeanCosine: one warp per row.
#pragma once

#include "assign/cosine_tile.cuh"

namespace tkz::TKZ_BACKEND {

template <typename T, typename E, bool kVector>
TKZ_KERNEL(kTileThreads, 4)
cosine_matrix_kernel(CosineMatrixArgs args) {
  const int64_t tokens = args.rows.tokens;
  const int64_t tiles = (tokens + kTile - 1) / kTile;
  const int64_t pairs = tiles > 0 ? tiles * (tiles + 1) / 2 : 1;
  const int64_t image = block_index() / pairs;
  if (block_index() % pairs == 0 && args.non_finite != nullptr) {
    const int bad = syncthreads_count(sees_non_finite(args.rows, image));
    if (thread_index() == 0) args.non_finite[image] = bad > 0;
  }
  if (tokens == 0) return;
  int64_t column_tile = block_index() % pairs;
  int64_t row_tile = 0;
  for (; column_tile >= tiles - row_tile; ++row_tile) column_tile -= tiles - row_tile;
  column_tile += row_tile;
  CosineTile<T, E, kVector> tile(image, args.dim);
  tile.set_left(args.rows, row_tile * kTile);
  tile.set_right(args.rows, column_tile * kTile);
  tile.compute();
  const auto cosine = [&](int row, int column) {
    if (row_tile == column_tile && row > column) {
      const int lower = row;
      row = column;
      column = lower;
    }
    return tile.has_left(row) && tile.has_right(column) ? tile.cosine(row, column) + 0.0f : 0.0f;
  };
  float* const out = args.out + image * tokens * tokens;
  const int column = thread_index() % kTile;
  for (int row = thread_index() / kTile; row < kTile; row += kTileThreads / kTile) {
    const int64_t i = row_tile * kTile + row, j = column_tile * kTile + column;
    if (i < tokens && j < tokens) out[i * tokens + j] = cosine(row, column);
    const int64_t mirror_i = column_tile * kTile + row, mirror_j = row_tile * kTile + column;
    if (row_tile != column_tile && mirror_i < tokens && mirror_j < tokens) {
      out[mirror_i * tokens + mirror_j] = cosine(column, row);
    }
  }
}

template <typename T, bool kVector>
TKZ_KERNEL(kRowThreadsPerBlock, 1)
mean_cosine_kernel(MeanCosineArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t blocks = args.rows.tokens > 0 ? (args.rows.tokens + kRowWarps - 1) / kRowWarps : 1;
  const int64_t image = block_index() / blocks;
  const int64_t row = block_index() % blocks * kRowWarps + warp_index();
  const Picture picture = args.rows.ragged.picture(image, args.rows.tokens);
  const RowNorm* const norm = first_norm(args.rows, image, picture);
  if (block_index() % blocks == 0 && args.non_finite != nullptr) {
    bool bad = false;
    for (int64_t i = thread_index(); i < picture.count; i += kRowThreadsPerBlock) {
      bad |= !is_finite(norm[i].inverse);
    }
    const int count = syncthreads_count(bad);
    if (thread_index() == 0) args.non_finite[image] = count > 0;
  }
  if (row >= picture.count) return;
  const T* const from = first_row<T>(args.rows, image, picture) + row * args.rows.stride_token;
  const float* const mean = args.rows.mean + image * args.dim;
  float dot = 0.0f;
  for (int64_t column = lane_index() * kWidth; column < args.dim; column += kWarpSize * kWidth) {
    const auto chunk = load_chunk<T, kVector>(from + column, args.dim - column);
#pragma unroll
    for (int e = 0; e < kWidth; ++e) {
      if (column + e < args.dim) {
        dot = fma(to_float(chunk.element[e]) * norm[row].scale, mean[column + e], dot);
      }
    }
  }
  dot = warp_sum(dot);
  if (lane_index() == 0) {
    args.out[args.rows.ragged.start(image, picture, args.rows.tokens, 1) + row] =
        dot * norm[row].inverse + 0.0f;
  }
}

}  // namespace tkz::TKZ_BACKEND
