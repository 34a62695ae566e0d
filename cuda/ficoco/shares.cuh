// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Who receives what of each removed patch: the entries of its correlations at or above a quantile.
//
// Geometry: one block per removed patch; rows are read and held as in top_k.cuh, and read again to
// find the largest receiver, the sum over receivers (per thread in ascending order, then over lanes
// and warps) and their list. Bytes moved: the correlations once from memory or L2, 16 r, 8 r K.
// The receivers are added up as threads_alone.cuh has it.
#pragma once

#include "common/quantile_rule.h"
#include "ficoco/share_rule.cuh"
#include "ficoco/threads_alone.cuh"
#include "select/block_keys.cuh"
#include "select/list_chosen.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kShortShareThreads = 128;
constexpr int kShortShareItems = 8;

template <int kThreads, int kItems>
TKZ_KERNEL(kThreads, 1)
ficoco_shares_kernel(FicocoSharesArgs args) {
  using Keys = BlockKeys<kThreads, kItems>;
  constexpr int kWarps = kThreads / kWarpSize;
  auto* const partial = reinterpret_cast<uint32_t*>(shared_memory());
  const int64_t list = block_index();
  const int64_t image = list / args.counts.removals;
  const FicocoCounts own =
      args.counts.within(args.ragged.picture(image, args.counts.tokens()).count);
  int32_t* const targets = args.targets + list * args.capacity;
  float* const weights = args.weights + list * args.capacity;
  if (list % args.counts.removals >= own.removals) {
    pad_list<kThreads>(targets, 0, args.capacity, -1);
    pad_list<kThreads>(weights, 0, args.capacity, 0.0f);
    if (thread_index() == 0) args.count[list] = 0;
    return;
  }
  const int count = static_cast<int>(own.kept());
  const int threads = threads_alone<kThreads, kShortShareThreads, kShortShareItems>(count);
  const float* const row = args.correlation + list * args.pitch;
  const int64_t wanted =
      args.ragged.offsets == nullptr ? args.wanted : quantile_count(args.epsilon, count);

  bool bad = false;
  const Keys keys(row, count, partial + Keys::kPartials, &bad);
  FicocoShare share = {};
  share.key = keys.kth_largest(static_cast<uint32_t>(wanted), partial);
  share.bad = syncthreads_count(bad) > 0;  // and nobody reads partial sums any more

  auto* const value = reinterpret_cast<float*>(partial);
  float most = -kInfinity;
  for (int i = thread_index(); i < count; i += kThreads) {
    if (receives(share, row[i])) most = fmaxf(most, row[i]);
  }
  most = warp_max(most);
  if (lane_index() == 0) value[warp_index()] = most;
  syncthreads();  // every warp's largest is there
  for (int warp = 0; warp < kWarps; ++warp) most = fmaxf(most, value[warp]);
  if (args.softmax) share.shift = most;

  float sum = 0.0f;
  for (int i = index_among(threads, count); i < count; i += threads) {
    if (receives(share, row[i])) sum += share_part(row[i], share.shift, args.softmax);
  }
  sum = warp_sum(sum);
  if (lane_index() == 0) value[kWarps + warp_index()] = sum;
  syncthreads();  // every warp's sum is there
  for (int warp = 0; warp < kWarps; ++warp) share.sum += value[kWarps + warp];

  // The list's first partial sums lie where no largest value is read any more, its second ones come
  // behind a barrier.
  const uint32_t chosen = list_chosen<kThreads>(
      row, count, {share.key, kAllTies}, partial, [&](uint32_t place, int index, float z) {
        if (place >= args.capacity) return;
        targets[place] = index;
        weights[place] = share_weight(share, z, args.softmax);
      });
  pad_list<kThreads>(targets, chosen, args.capacity, -1);
  pad_list<kThreads>(weights, chosen, args.capacity, 0.0f);
  if (thread_index() != 0) return;
  args.count[list] = static_cast<int32_t>(chosen);
  args.shares[list] = share;
}

}  // namespace tkz::TKZ_BACKEND
