// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Farthest-point picks (METHODS: DivPrune). Two launches: how far every token's nearest other one
// is, from the whole matrix; then the picks, one row of the matrix each.
//
// Geometry: the first has a block per picture and 32 columns, whose warps read rows of 128 bytes
// and which the symmetry of the matrix makes rows of the result. The second has a block per
// picture, see greedy_pick.cuh; distances stay in registers. Bytes moved: 4 n^2, then 4 n per pick.
#pragma once

#include "select/greedy_arguments.h"
#include "select/greedy_pick.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kNearestThreads = 256;
constexpr int kNearestWarps = kNearestThreads / kWarpSize;
constexpr int kRowsAhead = 8;

/// nearest[i] = min over j != i of the distance, NaN when one of them is not finite.
TKZ_KERNEL(kNearestThreads, 4)
nearest_distance_kernel(GreedyMaxMinArgs args) {
  const int64_t blocks = (args.tokens + kWarpSize - 1) / kWarpSize;
  const int64_t image = block_index() / blocks;
  const GreedyCounts counts = greedy_counts(args, image);
  if (!counts.is_choice) return;
  const int column = static_cast<int>(block_index() % blocks) * kWarpSize + lane_index();
  const float* matrix = args.matrix + image * args.matrix_stride_batch;
  float nearest = kInfinity;
  bool bad = false;
  if (column < counts.tokens) {
#pragma unroll 1
    for (int first = warp_index(); first < counts.tokens; first += kNearestWarps * kRowsAhead) {
      float entry[kRowsAhead];
#pragma unroll
      for (int i = 0; i < kRowsAhead; ++i) {
        const int row = first + i * kNearestWarps;
        entry[i] = row < counts.tokens && row != column
                       ? matrix[row * args.matrix_stride_row + column]
                       : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < kRowsAhead; ++i) {
        const int row = first + i * kNearestWarps;
        const float distance = args.distance(entry[i]);
        if (row >= counts.tokens || row == column) continue;
        bad |= !is_finite(distance);
        nearest = fminf(nearest, distance);
      }
    }
  }
  auto* const shared = reinterpret_cast<float*>(shared_memory());
  shared[thread_index()] = bad ? -kInfinity : nearest;
  syncthreads();  // every warp's share of the rows is there
  if (warp_index() > 0 || column >= counts.tokens) return;
  for (int warp = 0; warp < kNearestWarps; ++warp) {
    nearest = fminf(nearest, shared[warp * kWarpSize + lane_index()]);
  }
  if (nearest == -kInfinity) nearest = bits_to_float(0x7fc00000u);
  args.nearest[image * args.tokens + column] = counts.tokens > 1 ? nearest : 0.0f;
}

/// kThreads * kColumns tokens or fewer.
template <int kThreads, int kColumns>
TKZ_KERNEL(kThreads, 1)
greedy_max_min_kernel(GreedyMaxMinArgs args) {
  auto& shared = *reinterpret_cast<GreedyShared*>(shared_memory());
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
#pragma unroll
    for (int k = 0; k < kColumns; ++k) {
      const int token = k * kThreads + thread_index();
      key[k] = 0;
      nearest[k] = kInfinity;
      if (token >= counts.tokens) continue;
      const float distance = args.nearest[image * args.tokens + token];
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
