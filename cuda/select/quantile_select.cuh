// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The entries of each row at or above a quantile (METHODS: QuantileSelect).
//
// Geometry: one block per row; rows are read and held as in top_k.cuh. A picture's flag gathers
// what several blocks saw: the first kernel leaves it in the sign of the counts, the second, one
// warp per picture, collects the signs and removes them. So nothing needs clearing beforehand.
#pragma once

#include "common/quantile_rule.h"
#include "select/arguments.h"
#include "select/block_keys.cuh"
#include "select/entry_count.h"
#include "select/list_chosen.cuh"

namespace tkz::TKZ_BACKEND {

template <int kThreads, int kItems>
TKZ_KERNEL(kThreads, 1)
quantile_select_kernel(QuantileSelectArgs args) {
  using Keys = BlockKeys<kThreads, kItems>;
  auto* const partial = reinterpret_cast<uint32_t*>(shared_memory());
  const int64_t list = block_index();
  const int64_t image = list / args.rows;
  const float* const row =
      args.values + image * args.values_stride_batch + list % args.rows * args.values_stride_row;
  const int count = static_cast<int>(entry_count(args.ragged, args.counts, image, args.tokens));
  int32_t* const indices = args.indices + list * args.capacity;

  bool bad = false;
  const Keys keys(row, count, partial + Keys::kPartials, &bad);
  uint32_t chosen = 0;
  if (count > 0) {
    const auto wanted = static_cast<uint32_t>(quantile_count(args.epsilon, count));
    const uint32_t pivot = keys.kth_largest(wanted, partial);
    syncthreads();  // nobody reads partial sums any more
    chosen = list_chosen<kThreads>(row, count, {pivot, kAllTies}, partial,
                                   [&](uint32_t place, int index, float) {
                                     if (place < args.capacity) indices[place] = index;
                                   });
  }
  pad_list<kThreads>(indices, chosen, args.capacity, -1);
  const bool is_flagged = syncthreads_count(bad) > 0 && args.non_finite != nullptr;
  const auto total = static_cast<int32_t>(chosen);
  if (thread_index() == 0) args.count[list] = is_flagged ? -1 - total : total;
}

TKZ_KERNEL(kWarpSize, 4)
quantile_flags_kernel(QuantileSelectArgs args) {
  const int64_t image = block_index();
  int32_t* const count = args.count + image * args.rows;
  bool bad = false;
  for (int64_t row = thread_index(); row < args.rows; row += kWarpSize) {
    if (count[row] < 0) {
      count[row] = -1 - count[row];
      bad = true;
    }
  }
  write_flag(args.non_finite, image, bad);
}

}  // namespace tkz::TKZ_BACKEND
