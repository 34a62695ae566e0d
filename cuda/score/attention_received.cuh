// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Mean attention that tokens receive, from queries, keys and the log-sum-exp of every query row.
//
// Geometry: a block keeps 64 keys of one head and streams the queries by, two tiles in flight. The
// sum over queries so is one over columns of the block's own product: it stays in registers, needs
// no atomics, and its order is fixed. One probability costs one ex2, which is what bounds this at d
// = 64. A second kernel adds the heads up in order, one block per picture.
#pragma once

#include "score/attention_tiles.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kFinishThreads = 512;

template <typename T, bool kVector>
TKZ_KERNEL(kTileThreads, 3)
attention_received_kernel(AttentionReceivedArgs args) {
  constexpr int kColumns = kTileColumns<T>;
  constexpr int kBlocks = kColumns / 8;
  const AttentionInputs& in = args.in;
  const int tiles = static_cast<int>((args.width + kTileRows - 1) / kTileRows);
  const int64_t first = static_cast<int64_t>(block_index() % tiles) * kTileRows;
  const int64_t head = block_index() / tiles % in.heads;
  const int64_t image = block_index() / tiles / in.heads;
  const Picture picture = in.ragged.picture(image, in.tokens);
  const Range rows = args.rows.within(picture.count);
  const Range columns = args.columns.within(picture.count);
  const HeadRows<T> queries = query_rows<T>(in, image, picture, head);
  const float* lse = args.lse.head(in, image, picture, head);
  const int pitch = tile_pitch<T>(in.dim);
  T* const key_tile = reinterpret_cast<T*>(shared_memory());
  T* const query_tile[2] = {key_tile + kTileRows * pitch,
                            key_tile + (kTileRows + kColumns) * pitch};
  float* const shift = reinterpret_cast<float*>(key_tile + (kTileRows + 2 * kColumns) * pitch);
  const auto load_queries = [&](int step) {
    const auto token_of = [&](int row) -> int64_t {
      const int64_t token = rows.begin + static_cast<int64_t>(step) * kColumns + row;
      return token < rows.end ? token : -1;
    };
    load_tile<T, kVector>(query_tile[step % 2], kColumns, queries, token_of);
    if (thread_index() < kColumns) {
      const int64_t token = token_of(thread_index());
      float value = kInfinity;  // probability 0
      if (token >= 0) value = is_finite(lse[token]) ? lse[token] * kLog2E : kNaN;
      shift[step % 2 * kColumns + thread_index()] = value;
    }
  };

  const float factor = in.scale * kLog2E;
  float sum[2] = {0.0f, 0.0f};
  float poison[2] = {0.0f, 0.0f};  // NaN after a logit that is not finite
  const bool is_empty = args.columns.begin + first >= columns.end;
  const int steps =
      is_empty ? 0 : static_cast<int>((rows.end - rows.begin + kColumns - 1) / kColumns);
  if (steps > 0) {
    load_tile<T, kVector>(key_tile, kTileRows, key_rows<T>(in, image, picture, head),
                          [&](int row) -> int64_t {
                            const int64_t token = args.columns.begin + first + row;
                            return token < columns.end ? token : -1;
                          });
    load_queries(0);
    cp_async_commit();
  }
  for (int step = 0; step < steps; ++step) {
    if (step + 1 < steps) load_queries(step + 1);
    cp_async_commit();
    cp_async_wait<1>();
    syncthreads();  // this step's queries and shifts are there
    float logit[kBlocks][4] = {};
    multiply_tiles(key_tile, query_tile[step % 2], queries.dim, logit);
    float tile_sum[2] = {0.0f, 0.0f};
#pragma unroll
    for (int n = 0; n < kBlocks; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const float row_shift = shift[step % 2 * kColumns + product_column(n, i)];
        tile_sum[i / 2] += ex2(fma(logit[n][i], factor, -row_shift));
        poison[i / 2] = fma(logit[n][i], 0.0f, poison[i / 2]);
      }
    }
    sum[0] += tile_sum[0];
    sum[1] += tile_sum[1];
    syncthreads();  // all warps are done with this step's queries
  }
  const float terms = static_cast<float>(rows.end - rows.begin);
  float* const out = args.per_head ? args.scores : args.partials;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float total = row_sum(sum[half] + poison[half]);
    const int64_t column = first + product_row(2 * half);
    if (lane_index() % 4 != 0 || column >= args.width) continue;
    const bool has_score = args.columns.begin + column < columns.end && steps > 0;
    out[(image * in.heads + head) * args.width + column] = has_score ? total / terms : 0.0f;
  }
}

/// Adds up the heads, and says whether all that was added is finite.
TKZ_KERNEL(kFinishThreads, 1)
attention_received_finish_kernel(AttentionReceivedArgs args) {
  const int64_t image = block_index();
  const int64_t heads = args.in.heads;
  const float* mean = (args.per_head ? args.scores : args.partials) + image * heads * args.width;
  bool bad = false;
  for (int64_t column = thread_index(); column < args.width; column += kFinishThreads) {
    float sum = 0.0f;
#pragma unroll 8
    for (int64_t head = 0; head < heads; ++head) {
      const float value = mean[head * args.width + column];
      bad |= !is_finite(value);
      sum += value;
    }
    if (!args.per_head) args.scores[image * args.width + column] = sum / static_cast<float>(heads);
  }
  const int count = syncthreads_count(bad);
  if (thread_index() == 0 && args.non_finite != nullptr) args.non_finite[image] = count > 0;
}

}  // namespace tkz::TKZ_BACKEND
