// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/ordered_key.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// How many of the first n scores have a key of at least `key`.
int64_t count_at_least(const float* scores, int64_t n, uint32_t key) {
  const I32x16 bound = splat(static_cast<int32_t>(key ^ 0x80000000u));
  I32x16 count = splat(0);
  int64_t c = 0;
  for (; c + kLanes <= n; c += kLanes) count = count - (signed_key(load(scores + c)) >= bound);
  if (c < n) {
    const I32x16 inside = splat(static_cast<int32_t>(n - c)) > lane_index();
    count = count - (inside & (signed_key(load_first(scores + c, n - c)) >= bound));
  }
  int32_t lane[kLanes];
  store(count, lane);
  int64_t total = 0;
  for (int i = 0; i < kLanes; i++) total += lane[i];
  return total;
}

/// The k-th largest key (k >= 1), one bit at a time from the top: the largest key that at least k
/// scores reach.
uint32_t kth_largest_key(const float* scores, int64_t n, int64_t k) {
  uint32_t pivot = 0;
  for (int bit = 31; bit >= 0; bit--) {
    const uint32_t candidate = pivot | (1u << bit);
    if (count_at_least(scores, n, candidate) >= k) pivot = candidate;
  }
  return pivot;
}

}  // namespace

TopScores top_scores(const float* scores, int64_t n, int64_t k) {
  const uint32_t key = kth_largest_key(scores, n, k);
  const int64_t above = key == ~0u ? 0 : count_at_least(scores, n, key + 1);
  return {key, k - above};
}

}  // namespace tkz::cpu::TKZ_ISA
