// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// From "which target does each source go to" to "which sources does each target have": a stable
// counting sort without atomics. One warp per target looks through all sources in ascending order.
#pragma once

#include "common/reduce.cuh"

namespace tkz::TKZ_BACKEND {

/// assign [sources], in shared memory and visible to the block -> offset [targets + 1] and member
/// [sources], sources grouped by target and ascending inside, each named by its `position`. `count`
/// is shared scratch of `targets` words, `partial` of one word per warp.
template <int kThreads>
TKZ_DEVICE void group_members(const uint16_t* assign, const uint16_t* position, int sources,
                              int targets, uint32_t* count, uint32_t* partial, int32_t* offset,
                              int32_t* member) {
  constexpr int kWarps = kThreads / kWarpSize;
  for (int target = warp_index(); target < targets; target += kWarps) {
    uint32_t members = 0;
    for (int first = 0; first < sources; first += kWarpSize) {
      const int source = first + lane_index();
      members += popcount(ballot(source < sources && assign[source] == target));
    }
    if (lane_index() == 0) count[target] = members;
  }
  syncthreads();  // every target's count is there

  const int share = (targets + kThreads - 1) / kThreads;
  const int begin = min(thread_index() * share, targets);
  const int end = min(begin + share, targets);
  uint32_t own = 0;
  for (int target = begin; target < end; ++target) own += count[target];
  uint32_t total;
  uint32_t before = block_exclusive_sum<kThreads>(own, partial, &total);
  for (int target = begin; target < end; ++target) {
    const uint32_t members = count[target];
    count[target] = before;
    offset[target] = static_cast<int32_t>(before);
    before += members;
  }
  if (thread_index() == 0) offset[targets] = static_cast<int32_t>(total);
  syncthreads();  // counts have become offsets

  const uint32_t lanes_below = (1u << lane_index()) - 1;
  for (int target = warp_index(); target < targets; target += kWarps) {
    uint32_t next = count[target];
    for (int first = 0; first < sources; first += kWarpSize) {
      const int source = first + lane_index();
      const bool is_member = source < sources && assign[source] == target;
      const uint32_t members = ballot(is_member);
      if (is_member) member[next + popcount(members & lanes_below)] = position[source];
      next += popcount(members);
    }
  }
}

}  // namespace tkz::TKZ_BACKEND
