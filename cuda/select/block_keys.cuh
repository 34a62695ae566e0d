// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The keys of one row, held by a block: entry i belongs to thread i % kThreads, the first
// kThreads * kItems entries lie in registers and the others in shared memory. So a row of 36,864
// needs neither more than 64 registers a thread nor more than 48 KiB, on any architecture.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "common/selection_rule.h"

namespace tkz::TKZ_BACKEND {

template <int kThreads, int kItems>
class BlockKeys {
 public:
  static constexpr int kWarps = kThreads / kWarpSize;
  static constexpr int kPartials = 3 * kWarps;  ///< words that kth_largest needs
  static constexpr int kInRegisters = kThreads * kItems;

  /// Bytes of shared memory for the keys of a row of n.
  static constexpr int64_t rest_bytes(int64_t n) {
    return n > kInRegisters ? 4 * (n - kInRegisters) : 0;
  }

  TKZ_DEVICE BlockKeys(const float* row, int count, uint32_t* rest, bool* bad)
      : rest_(rest), rest_count_(count - kInRegisters) {
#pragma unroll
    for (int item = 0; item < kItems; ++item) {
      const int i = item * kThreads + thread_index();
      key_[item] = 0;  // the lowest key: never counted
      if (i < count) key_[item] = key_of(row[i], bad);
    }
    for (int i = thread_index(); i < rest_count_; i += kThreads) {
      rest_[i] = key_of(row[kInRegisters + i], bad);
    }
  }

  /// A key that exactly k >= 1 entries reach or, when ties make that impossible, the k-th largest.
  /// Found bit by bit from the top, one barrier per bit.
  TKZ_DEVICE uint32_t kth_largest(uint32_t k, uint32_t* partial) const {
    uint32_t pivot = 0;
    for (int bit = 31; bit >= 0; --bit) {
      const uint32_t candidate = pivot | 1u << bit;
      const uint32_t count = block_sum<kThreads>(count_from(candidate), partial + bit % 2 * kWarps);
      if (count >= k) pivot = candidate;
      if (count == k) break;
    }
    return pivot;
  }

  /// How many entries are above `key`. Nobody reads keys in shared memory any more afterwards.
  TKZ_DEVICE uint32_t count_above(uint32_t key, uint32_t* partial) const {
    return block_sum<kThreads>(key == ~0u ? 0 : count_from(key + 1), partial + 2 * kWarps);
  }

 private:
  TKZ_DEVICE static uint32_t key_of(float value, bool* bad) {
    *bad |= !is_finite(value);
    return ordered_key(value);
  }

  /// How many of this thread's entries are at least `key`, which is not 0.
  TKZ_DEVICE uint32_t count_from(uint32_t key) const {
    uint32_t count = 0;
#pragma unroll
    for (int item = 0; item < kItems; ++item) count += key_[item] >= key;
    for (int i = thread_index(); i < rest_count_; i += kThreads) count += rest_[i] >= key;
    return count;
  }

  uint32_t key_[kItems];
  uint32_t* rest_;
  int rest_count_;
};

}  // namespace tkz::TKZ_BACKEND
