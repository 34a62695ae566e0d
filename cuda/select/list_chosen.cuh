// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The ascending list of a row's chosen entries: a block walks the row, one entry per thread and
// step, and a prefix sum over the block gives each chosen entry its place. One barrier per step;
// the next step's score is on its way meanwhile.
#pragma once

#include "common/reduce.cuh"
#include "common/selection_rule.h"

namespace tkz::TKZ_BACKEND {

/// Chosen are the entries whose key is above `key` and the first `ties` of those with that key.
struct Cut {
  uint32_t key, ties;
};

constexpr uint32_t kAllTies = ~0u;

/// Calls place(position in the list, index, score) for every chosen entry and returns their number.
/// `partial`: two words per warp, last used before a barrier.
template <int kThreads, typename Place>
TKZ_DEVICE uint32_t list_chosen(const float* row, int count, Cut cut, uint32_t* partial,
                                const Place& place) {
  constexpr int kWarps = kThreads / kWarpSize;
  uint32_t above = 0;  // before this step
  uint32_t equal = 0;
  int step = 0;
  float score = thread_index() < count ? row[thread_index()] : 0.0f;
  for (int first = 0; first < count; first += kThreads, step ^= 1) {
    const int index = first + thread_index();
    const float next = index < count - kThreads ? row[index + kThreads] : 0.0f;
    const uint32_t key = ordered_key(score);
    const bool is_above = index < count && key > cut.key;
    const bool is_equal = index < count && key == cut.key;
    // Both counts in one prefix sum: a step has at most 1024 entries.
    uint32_t total;
    const uint32_t before = block_exclusive_sum<kThreads>(
        (is_above ? 1u << 16 : 0u) | (is_equal ? 1u : 0u), partial + step * kWarps, &total);
    const uint32_t equal_before = equal + (before & 0xffffu);
    if (is_above || (is_equal && equal_before < cut.ties)) {
      const uint32_t ties_before = equal_before < cut.ties ? equal_before : cut.ties;
      place(above + (before >> 16) + ties_before, index, score);
    }
    above += total >> 16;
    equal += total & 0xffffu;
    score = next;
  }
  return above + (equal < cut.ties ? equal : cut.ties);
}

/// Ends a list of `capacity` places, the first `count` of which are filled.
template <int kThreads, typename T>
TKZ_DEVICE void pad_list(T* list, int64_t count, int64_t capacity, T padding) {
  for (int64_t i = count + thread_index(); i < capacity; i += kThreads) list[i] = padding;
}

/// The block's flag of picture `image`; a barrier.
TKZ_DEVICE void write_flag(int32_t* non_finite, int64_t image, bool bad) {
  const bool any_bad = syncthreads_count(bad) > 0;
  if (non_finite != nullptr && thread_index() == 0) non_finite[image] = any_bad;
}

}  // namespace tkz::TKZ_BACKEND
