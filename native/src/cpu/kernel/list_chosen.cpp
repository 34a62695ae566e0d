// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/ordered_key.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {

bool all_finite(const float* scores, int64_t n) {
  I32x16 bad = splat(0);
  int64_t c = 0;
  for (; c + kLanes <= n; c += kLanes) bad = bad | non_finite(load(scores + c));
  if (c < n) bad = bad | non_finite(load_first(scores + c, n - c));
  return !any(bad);
}

int64_t list_chosen(const float* scores, int64_t n, TopScores cut, int32_t* indices,
                    int64_t capacity) {
  const int32_t bound = static_cast<int32_t>(cut.key ^ 0x80000000u);
  int64_t count = 0;
  for (int64_t c = 0; c < n; c += kLanes) {
    const int64_t there = n - c < kLanes ? n - c : kLanes;
    const I32x16 key =
        signed_key(there == kLanes ? load(scores + c) : load_first(scores + c, there));
    if (!any(key >= splat(bound))) continue;
    int32_t lane[kLanes];
    store(key, lane);
    for (int64_t i = 0; i < there; i++) {
      if (lane[i] < bound || (lane[i] == bound && cut.equal == 0)) continue;
      cut.equal -= lane[i] == bound;
      if (count < capacity) indices[count] = static_cast<int32_t>(c + i);
      count++;
    }
  }
  return count;
}

}  // namespace tkz::cpu::TKZ_ISA
