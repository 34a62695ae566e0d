// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Log-sum-exp of the logits of every query row, in one pass over the keys.
//
// Geometry: a block keeps 64 queries of one head and streams the keys by, two tiles in flight.
// Maximum and sum run along (Milakov and Gimelshein, 2018), in base 2, and the four lanes of a row
// add up at the end. Bytes moved: the queries once, the keys once per 64 queries, mostly from L2.
#pragma once

#include "score/attention_tiles.cuh"

namespace tkz::TKZ_BACKEND {

template <typename T, bool kVector>
TKZ_KERNEL(kTileThreads, 3)
row_lse_kernel(RowLseArgs args) {
  constexpr int kColumns = kTileColumns<T>;
  constexpr int kBlocks = kColumns / 8;
  const AttentionInputs& in = args.in;
  const int64_t row_count = args.lse.padded ? args.lse.rows : in.longest();
  const int tiles = static_cast<int>((row_count + kTileRows - 1) / kTileRows);
  const int64_t first_row = static_cast<int64_t>(block_index() % tiles) * kTileRows;
  const int64_t head = block_index() / tiles % in.heads;
  const int64_t image = block_index() / tiles / in.heads;
  const Picture picture = in.ragged.picture(image, in.tokens);
  if (!args.lse.padded && first_row >= picture.count) return;
  const int32_t* list =
      args.row_index == nullptr ? nullptr : args.row_index + image * args.lse.rows;
  const auto row_token = [&](int row) -> int64_t {
    const int64_t i = first_row + row;
    return i < row_count ? listed_token(list, i, picture.count) : -1;
  };
  const HeadRows<T> keys = key_rows<T>(in, image, picture, head);
  const int pitch = tile_pitch<T>(in.dim);
  T* const query_tile = reinterpret_cast<T*>(shared_memory());
  T* const key_tile[2] = {query_tile + kTileRows * pitch,
                          query_tile + (kTileRows + kColumns) * pitch};
  const auto load_keys = [&](int step) {
    load_tile<T, kVector>(key_tile[step % 2], kColumns, keys, [&](int row) -> int64_t {
      const int64_t token = static_cast<int64_t>(step) * kColumns + row;
      return token < picture.count ? token : -1;
    });
  };

  const float factor = in.scale * kLog2E;
  float maximum[2] = {-kInfinity, -kInfinity};
  float sum[2] = {0.0f, 0.0f};
  float poison[2] = {0.0f, 0.0f};  // NaN after a logit that is not finite
  const int steps = static_cast<int>((picture.count + kColumns - 1) / kColumns);
  load_tile<T, kVector>(query_tile, kTileRows, query_rows<T>(in, image, picture, head), row_token);
  load_keys(0);
  cp_async_commit();
  for (int step = 0; step < steps; ++step) {
    if (step + 1 < steps) load_keys(step + 1);
    cp_async_commit();
    cp_async_wait<1>();
    syncthreads();  // this step's keys are there
    float logit[kBlocks][4] = {};
    multiply_tiles(query_tile, key_tile[step % 2], keys.dim, logit);
    const int64_t left = picture.count - static_cast<int64_t>(step) * kColumns;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float highest = maximum[half];
#pragma unroll
      for (int n = 0; n < kBlocks; ++n) {
#pragma unroll
        for (int i = 2 * half; i < 2 * half + 2; ++i) {
          const bool is_inside = product_column(n, i) < left;
          const float x = logit[n][i] * factor;
          poison[half] = fma(x, 0.0f, poison[half]);  // columns outside are 0
          logit[n][i] = is_inside ? x : -kInfinity;
          highest = fmaxf(highest, logit[n][i]);
        }
      }
      highest = row_max(highest);
      float tile_sum = 0.0f;
#pragma unroll
      for (int n = 0; n < kBlocks; ++n) {
#pragma unroll
        for (int i = 2 * half; i < 2 * half + 2; ++i) tile_sum += ex2(logit[n][i] - highest);
      }
      sum[half] = fma(sum[half], ex2(maximum[half] - highest), tile_sum);
      maximum[half] = highest;
    }
    syncthreads();  // all warps are done with this step's keys
  }
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float total = row_sum(sum[half] + poison[half]);
    const int row = product_row(2 * half);
    const bool is_mine =
        lane_index() % 4 == 0 && first_row + row < (args.lse.padded ? row_count : picture.count);
    if (!is_mine) continue;
    args.lse.head(in, image, picture, head)[first_row + row] =
        row_token(row) < 0 ? 0.0f : (maximum[half] + lg2(total)) * kLn2;
  }
}

}  // namespace tkz::TKZ_BACKEND
