// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Means over heads of logits or of probabilities, for listed rows and columns.
//
// Geometry: a block owns 64 rows and 64 (fp32: 32) columns of one picture's result and walks the
// heads; logits of all heads add up where the product leaves them. Bytes moved: both sides once per
// tile of the other, mostly from L2, and the result once.
#pragma once

#include "score/attention_tiles.cuh"

namespace tkz::TKZ_BACKEND {

template <typename T, bool kVector, bool kProbabilities>
TKZ_KERNEL(kTileThreads, 3)
head_mean_kernel(HeadMeanArgs args) {
  constexpr int kColumns = kTileColumns<T>;
  constexpr int kBlocks = kColumns / 8;
  const AttentionInputs& in = args.in;
  const int row_tiles = static_cast<int>((args.rows + kTileRows - 1) / kTileRows);
  const int column_tiles = static_cast<int>((args.columns + kColumns - 1) / kColumns);
  const int64_t first_column = static_cast<int64_t>(block_index() % column_tiles) * kColumns;
  const int64_t first_row =
      static_cast<int64_t>(block_index() / column_tiles % row_tiles) * kTileRows;
  const int64_t image = block_index() / column_tiles / row_tiles;
  const Picture picture = in.ragged.picture(image, in.tokens);
  const int32_t* row_list =
      args.row_index == nullptr ? nullptr : args.row_index + image * args.rows;
  const int32_t* column_list =
      args.col_index == nullptr ? nullptr : args.col_index + image * args.columns;
  const auto row_token = [&](int row) -> int64_t {
    const int64_t i = first_row + row;
    return i < args.rows ? listed_token(row_list, i, picture.count) : -1;
  };
  const auto column_token = [&](int column) -> int64_t {
    const int64_t i = first_column + column;
    return i < args.columns ? listed_token(column_list, i, picture.count) : -1;
  };
  const int dim = static_cast<int>(in.dim);
  const int pitch = tile_pitch<T>(dim);
  T* const query_tile = reinterpret_cast<T*>(shared_memory());
  T* const key_tile = query_tile + kTileRows * pitch;
  float* const shift = reinterpret_cast<float*>(key_tile + kColumns * pitch);

  float sum[kBlocks][4] = {};
  for (int64_t head = 0; head < in.heads; ++head) {
    load_tile<T, kVector>(query_tile, kTileRows, query_rows<T>(in, image, picture, head),
                          row_token);
    load_tile<T, kVector>(key_tile, kColumns, key_rows<T>(in, image, picture, head), column_token);
    if (kProbabilities && thread_index() < kTileRows) {
      const int64_t token = row_token(thread_index());
      const int64_t at = args.lse.padded ? first_row + thread_index() : token;
      shift[thread_index()] =
          token < 0 ? 0.0f : args.lse.head(in, image, picture, head)[at] * kLog2E;
    }
    cp_async_commit();
    cp_async_wait<0>();
    syncthreads();  // this head's rows are there
    if (kProbabilities) {
      const float factor = in.scale * kLog2E;
      float logit[kBlocks][4] = {};
      multiply_tiles(query_tile, key_tile, dim, logit);
#pragma unroll
      for (int n = 0; n < kBlocks; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          sum[n][i] += ex2(fma(logit[n][i], factor, -shift[product_row(i)]));
        }
      }
    } else {
      multiply_tiles(query_tile, key_tile, dim, sum);
    }
    syncthreads();  // all warps are done with this head's rows
  }

  const float factor = kProbabilities ? 1.0f : in.scale;
#pragma unroll
  for (int n = 0; n < kBlocks; ++n) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int64_t row = first_row + product_row(i);
      const int64_t column = first_column + product_column(n, i);
      if (row >= args.rows || column >= args.columns) continue;
      const bool both = row_token(product_row(i)) >= 0 && column_token(product_column(n, i)) >= 0;
      args.out[(image * args.rows + row) * args.columns + column] =
          both ? factor * sum[n][i] / static_cast<float>(in.heads) : 0.0f;
    }
  }
}

}  // namespace tkz::TKZ_BACKEND
