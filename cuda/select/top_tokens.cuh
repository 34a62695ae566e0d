// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Exact top-k of a block's keys without sorting: the k-th largest key is found bit by bit, one
// barrier per bit, then one prefix sum gives every token its place among the kept ones. Ties go to
// the lower index, so the result is a function of the keys alone.
#pragma once

#include "common/reduce.cuh"

namespace tkz::TKZ_BACKEND {

/// Which tokens are kept, as seen by one thread walking its tokens in ascending order.
struct TopTokens {
  uint32_t pivot;  // the k-th largest key
  uint32_t ties;   // how many keys equal to it are kept
  uint32_t above;  // larger keys before the next token
  uint32_t equal;  // equal keys before the next token

  /// Number of kept tokens before the next one.
  TKZ_DEVICE uint32_t kept() const { return above + (equal < ties ? equal : ties); }

  /// Whether the next token is kept; moves on to the one after it.
  TKZ_DEVICE bool take(uint32_t key) {
    const bool is_kept = key > pivot || (key == pivot && equal < ties);
    above += key > pivot;
    equal += key == pivot;
    return is_kept;
  }
};

/// Keeps the k largest of the keys [first, last) of all threads of the block, which are in
/// ascending order over threads. `partial`: three words per warp.
template <int kThreads>
TKZ_DEVICE TopTokens top_tokens(const uint32_t* key, int first, int last, uint32_t k,
                                uint32_t* partial) {
  constexpr int kWarps = kThreads / kWarpSize;
  uint32_t pivot = 0;
  for (int bit = 31; bit >= 0; --bit) {
    const uint32_t candidate = pivot | 1u << bit;
    uint32_t count = 0;
    for (int i = first; i < last; ++i) count += key[i] >= candidate;
    count = block_sum<kThreads>(count, partial + bit % 2 * kWarps);
    if (count >= k) pivot = candidate;
    if (count == k) break;
  }
  uint32_t above = 0;
  uint32_t equal = 0;
  for (int i = first; i < last; ++i) {
    above += key[i] > pivot;
    equal += key[i] == pivot;
  }
  // Both counts in one prefix sum: neither exceeds 16 bits.
  uint32_t total;
  const uint32_t before =
      block_exclusive_sum<kThreads>(above << 16 | equal, partial + 2 * kWarps, &total);
  return {pivot, k - (total >> 16), before >> 16, before & 0xffffu};
}

}  // namespace tkz::TKZ_BACKEND
