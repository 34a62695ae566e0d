// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// group_members for any number of entries and targets: a stable radix sort of the entries by their
// target, one bit at a time, by one block and in global memory, which for lists is the L2 cache.
#pragma once

#include "common/reduce.cuh"

namespace tkz::TKZ_BACKEND {

/// Words of shared memory that group_entries needs.
template <int kThreads>
constexpr int kGroupEntriesWords = 2 * (kThreads / kWarpSize);

/// target_of(entry) in [0, targets], `targets` for an entry that goes nowhere -> offset
/// [targets + 1] and, grouped by target and ascending inside, member [entries]; what goes nowhere
/// comes last. `other` is scratch as large as member. Needs targets >= 1.
template <int kThreads, typename TargetOf>
TKZ_DEVICE void group_entries(int entries, int targets, const TargetOf& target_of,
                              uint32_t* partial, int32_t* offset, int32_t* member, int32_t* other) {
  int bits = 1;
  while (bits < 31 && targets >> bits != 0) ++bits;
  // The last pass has to write to `member`.
  int32_t* from = bits % 2 == 0 ? member : other;
  int32_t* to = bits % 2 == 0 ? other : member;

  const int share = (entries + kThreads - 1) / kThreads;
  const int begin = min(thread_index() * share, entries);
  const int end = min(begin + share, entries);
  for (int bit = 0; bit < bits; ++bit) {
    const auto entry_at = [&](int i) { return bit == 0 ? i : from[i]; };
    uint32_t zeros = 0;
    for (int i = begin; i < end; ++i) zeros += (target_of(entry_at(i)) >> bit & 1) == 0;
    uint32_t all_zeros;
    const uint32_t zeros_before = block_exclusive_sum<kThreads>(
        zeros, partial + bit % 2 * (kThreads / kWarpSize), &all_zeros);
    uint32_t zero = zeros_before;
    uint32_t one = all_zeros + static_cast<uint32_t>(begin) - zeros_before;
    for (int i = begin; i < end; ++i) {
      const int entry = entry_at(i);
      to[(target_of(entry) >> bit & 1) == 0 ? zero++ : one++] = entry;
    }
    syncthreads();  // this pass is written before the next one reads it
    int32_t* const written = to;
    to = from;
    from = written;
  }

  for (int target = thread_index(); target <= targets; target += kThreads) {
    int low = 0;
    int high = entries;  // the first entry of this target or a later one is in [low, high]
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if (target_of(from[middle]) < target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    offset[target] = low;
  }
}

}  // namespace tkz::TKZ_BACKEND
