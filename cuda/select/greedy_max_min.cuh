// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Farthest-point picks (METHODS: DivPrune): how far every token's nearest other one is, from the
// whole matrix; then the picks, one row of the matrix each.
//
// Geometry: one block per picture, see greedy_pick.cuh, one launch; distances stay in registers. A
// warp takes a row of the matrix, which its symmetry makes a column of the result as well. One
// multiprocessor reads a small part of what memory can give: for more tokens than threads, where
// that would take longer than a launch, blocks all over the device take the rows in a launch
// before. Bytes moved: 4 n^2, then 4 n per pick.
#pragma once

#include "select/greedy_arguments.h"
#include "select/greedy_pick.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kNearestThreads = 256;
constexpr int kNearestWarps = kNearestThreads / kWarpSize;
constexpr int kEntriesAhead = 16;

/// min over j != row of the distance, NaN when one of them is not finite; for a whole warp.
TKZ_DEVICE float nearest_of_row(const GreedyMaxMinArgs& args, int64_t image, int row, int tokens) {
  const float* const entries =
      args.matrix + image * args.matrix_stride_batch + row * args.matrix_stride_row;
  float nearest = kInfinity;
  bool bad = false;
#pragma unroll 1
  for (int first = lane_index(); first < tokens; first += kWarpSize * kEntriesAhead) {
    float entry[kEntriesAhead];
#pragma unroll
    for (int i = 0; i < kEntriesAhead; ++i) {
      const int column = first + i * kWarpSize;
      entry[i] = column < tokens && column != row ? entries[column] : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < kEntriesAhead; ++i) {
      const int column = first + i * kWarpSize;
      const float distance = args.distance(entry[i]);
      if (column >= tokens || column == row) continue;
      bad |= !is_finite(distance);
      nearest = fminf(nearest, distance);
    }
  }
  nearest = -warp_max(-nearest);
  if (ballot(bad) != 0) return bits_to_float(0x7fc00000u);
  return tokens > 1 ? nearest : 0.0f;
}

/// A warp for every row of a picture.
TKZ_KERNEL(kNearestThreads, 4)
nearest_distance_kernel(GreedyMaxMinArgs args) {
  const int64_t blocks = (args.tokens + kNearestWarps - 1) / kNearestWarps;
  const int64_t image = block_index() / blocks;
  const GreedyCounts counts = greedy_counts(args, image);
  const int row = static_cast<int>(block_index() % blocks) * kNearestWarps + warp_index();
  if (!counts.is_choice || row >= counts.tokens) return;
  const float distance = nearest_of_row(args, image, row, counts.tokens);
  if (lane_index() == 0) args.nearest[image * args.tokens + row] = distance;
}

constexpr int64_t max_min_shared_bytes(int threads) {
  return static_cast<int64_t>(sizeof(GreedyShared) + threads * sizeof(float));
}

/// kThreads * kColumns tokens or fewer. Distances to the nearest are in args.nearest already where
/// a thread has several tokens.
template <int kThreads, int kColumns>
TKZ_KERNEL(kThreads, 1)
greedy_max_min_kernel(GreedyMaxMinArgs args) {
  auto& shared = *reinterpret_cast<GreedyShared*>(shared_memory());
  auto* const nearest_of = reinterpret_cast<float*>(&shared + 1);  // [kThreads], by row
  const int64_t image = block_index();
  const GreedyCounts counts = greedy_counts(args, image);
  const float* matrix = args.matrix + image * args.matrix_stride_batch;
  int32_t* indices = args.indices + image * args.wanted;
  bool bad = false;
  write_trivial<kThreads>(counts, args.wanted, indices);
  if (counts.is_choice) {
    float nearest[kColumns];
    uint32_t key[kColumns];  // 0: picked, or no token
    Pick best = {0, 0};
    clear_picked<kThreads>(shared);
    if constexpr (kColumns == 1) {
      for (int row = warp_index(); row < counts.tokens; row += kThreads / kWarpSize) {
        const float distance = nearest_of_row(args, image, row, counts.tokens);
        if (lane_index() == 0) nearest_of[row] = distance;
      }
      syncthreads();  // every row's distance is there
    }
#pragma unroll
    for (int k = 0; k < kColumns; ++k) {
      const int token = k * kThreads + thread_index();
      key[k] = 0;
      nearest[k] = kInfinity;
      if (token >= counts.tokens) continue;
      const float distance =
          kColumns == 1 ? nearest_of[token] : args.nearest[image * args.tokens + token];
      bad |= !is_finite(distance);
      key[k] = pick_key(distance);
      best.consider(key[k], token);
    }
    for (int pick = 0; pick < counts.picks; ++pick) {
      const Pick chosen = largest_pick<kThreads>(best, pick, shared);
      keep_pick(chosen, pick, args.is_ranked, shared, indices);
      if (pick + 1 == counts.picks) break;
      const float* row = matrix + chosen.token * args.matrix_stride_row;
      best = {0, 0};
#pragma unroll
      for (int k = 0; k < kColumns; ++k) {
        const int token = k * kThreads + thread_index();
        if (token == chosen.token) key[k] = 0;
        if (key[k] == 0) continue;
        const float distance = args.distance(row[token]);
        if (distance < nearest[k]) nearest[k] = distance;
        key[k] = pick_key(nearest[k]);
        best.consider(key[k], token);
      }
    }
    if (!args.is_ranked) write_ascending<kThreads>(counts.tokens, shared, indices);
  }
  const bool non_finite = syncthreads_count(bad) > 0;
  if (thread_index() == 0) args.non_finite[image] = non_finite;
}

}  // namespace tkz::TKZ_BACKEND
