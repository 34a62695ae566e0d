// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What greedy selections share: one block per picture, thread t owns the tokens t, t + kThreads,
// ... A pick is one barrier: the largest key of each warp goes to shared memory, and every warp
// finds the largest of those by itself.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "common/selection_rule.h"
#include "select/greedy_arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kMostGreedyThreads = 1024;
constexpr int kMostGreedyColumns = 8;  // tokens of a thread
constexpr int kMostGreedyTokens = kMostGreedyColumns * kMostGreedyThreads;

struct GreedyShared {
  uint32_t key[2][kMostGreedyThreads / kWarpSize];  // of alternate picks
  uint32_t token[2][kMostGreedyThreads / kWarpSize];
  uint32_t partial[kMostGreedyThreads / kWarpSize];
  uint32_t picked[kMostGreedyTokens / kWarpSize];  // one bit per token; the first thread's
};

struct Pick {
  uint32_t key;
  int token;

  /// Takes another token, of a higher index, if its key is larger.
  TKZ_DEVICE void consider(uint32_t other_key, int other_token) {
    if (other_key <= key) return;
    key = other_key;
    token = other_token;
  }
};

/// Key of a token that can be picked; 0 is that of one that cannot.
TKZ_DEVICE uint32_t pick_key(float value) {
  const uint32_t key = ordered_key(value);
  return key > 0 ? key : 1;
}

/// The value that has this pick_key, with -0 as +0.
TKZ_DEVICE float value_of_key(uint32_t key) {
  return bits_to_float((key & 0x80000000u) ? key ^ 0x80000000u : ~key);
}

/// The largest of every thread's pick, of equal ones the lowest token. `turn` alternates from call
/// to call: a warp can only be one call ahead.
template <int kThreads>
TKZ_DEVICE Pick largest_pick(Pick own, int turn, GreedyShared& shared) {
  constexpr int kWarps = kThreads / kWarpSize;
  const uint32_t warp_key = warp_max(own.key);
  const uint32_t warp_token =
      warp_min(own.key == warp_key ? static_cast<uint32_t>(own.token) : ~0u);
  if (lane_index() == 0) {
    shared.key[turn % 2][warp_index()] = warp_key;
    shared.token[turn % 2][warp_index()] = warp_token;
  }
  syncthreads();  // every warp's best is there
  const bool is_warp = lane_index() < kWarps;
  const uint32_t other = is_warp ? shared.key[turn % 2][lane_index()] : 0;
  const uint32_t key = warp_max(other);
  const uint32_t token =
      warp_min(is_warp && other == key ? shared.token[turn % 2][lane_index()] : ~0u);
  return {key, static_cast<int>(token)};
}

/// No token is picked yet. A barrier has to follow before the first is.
template <int kThreads>
TKZ_DEVICE void clear_picked(GreedyShared& shared) {
  if (thread_index() < kMostGreedyTokens / kWarpSize) shared.picked[thread_index()] = 0;
}

/// Called by all threads, of which the first keeps the list.
TKZ_DEVICE void keep_pick(const Pick& pick, int place, bool is_ranked, GreedyShared& shared,
                          int32_t* indices) {
  if (thread_index() > 0) return;
  if (is_ranked) {
    indices[place] = pick.token;
  } else {
    shared.picked[pick.token / kWarpSize] |= 1u << pick.token % kWarpSize;
  }
}

/// Writes the picked tokens in ascending order.
template <int kThreads>
TKZ_DEVICE void write_ascending(int tokens, GreedyShared& shared, int32_t* indices) {
  syncthreads();  // the last pick is there
  uint32_t bits = thread_index() * kWarpSize < tokens ? shared.picked[thread_index()] : 0;
  uint32_t total;
  uint32_t place =
      block_exclusive_sum<kThreads>(static_cast<uint32_t>(popcount(bits)), shared.partial, &total);
  for (; bits != 0; bits &= bits - 1) {
    const int bit = popcount((bits & (0 - bits)) - 1);
    indices[place++] = thread_index() * kWarpSize + bit;
  }
}

/// What needs no arithmetic: the end of the list, and a list that takes every token as it comes.
template <int kThreads>
TKZ_DEVICE void write_trivial(const GreedyCounts& counts, int64_t wanted, int32_t* indices) {
  for (int64_t i = counts.picks + thread_index(); i < wanted; i += kThreads) indices[i] = -1;
  if (counts.is_choice) return;
  for (int i = thread_index(); i < counts.picks; i += kThreads) indices[i] = i;
}

}  // namespace tkz::TKZ_BACKEND
