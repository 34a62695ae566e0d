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

/// The largest key below `bound`, both with the top bit flipped; the lowest number when there is
/// none.
int32_t largest_below(const float* scores, int64_t n, int32_t bound) {
  const I32x16 none = splat(INT32_MIN);
  I32x16 best = none;
  for (int64_t c = 0; c < n; c += kLanes) {
    const int64_t count = n - c < kLanes ? n - c : kLanes;
    const I32x16 key =
        signed_key(count == kLanes ? load(scores + c) : load_first(scores + c, count));
    const I32x16 inside = splat(static_cast<int32_t>(count)) > lane_index();
    best = select(inside & (splat(bound) > key) & (key > best), key, best);
  }
  int32_t lane[kLanes];
  store(best, lane);
  for (int i = 1; i < kLanes; i++) lane[0] = lane[i] > lane[0] ? lane[i] : lane[0];
  return lane[0];
}

/// So few that as many passes from the top are quicker than one for every bit.
constexpr int64_t kFew = 8;

/// kth_largest_key for a small k: down from the largest key, one distinct key a pass.
uint32_t kth_largest_of_few(const float* scores, int64_t n, int64_t k) {
  int32_t key = INT32_MAX;  // of a NaN: it counts itself below
  while (count_at_least(scores, n, static_cast<uint32_t>(key) ^ 0x80000000u) < k) {
    key = largest_below(scores, n, key);
  }
  return static_cast<uint32_t>(key) ^ 0x80000000u;
}

}  // namespace

TopScores top_scores(const float* scores, int64_t n, int64_t k) {
  const uint32_t key = k <= kFew ? kth_largest_of_few(scores, n, k) : kth_largest_key(scores, n, k);
  const int64_t above = key == ~0u ? 0 : count_at_least(scores, n, key + 1);
  return {key, k - above};
}

}  // namespace tkz::cpu::TKZ_ISA
