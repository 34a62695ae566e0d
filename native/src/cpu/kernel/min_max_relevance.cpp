// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {

void min_max_relevance(const float* relevance, int64_t n, float* scaled) {
  constexpr float kInfinity = __builtin_inff();
  F32x16 lowest = splat(kInfinity), highest = splat(-kInfinity);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const F32x16 r = load(relevance + i);
    lowest = select(lowest > r, r, lowest);
    highest = select(r > highest, r, highest);
  }
  if (i < n) {
    const F32x16 low = load_first(relevance + i, n - i, kInfinity);
    const F32x16 high = load_first(relevance + i, n - i, -kInfinity);
    lowest = select(lowest > low, low, lowest);
    highest = select(high > highest, high, highest);
  }
  const float low = -max(splat(0.0f) - lowest), high = max(highest);
  if (high == low) {
    // 1, but NaN for what is not finite: it may be all there is, or a NaN no extreme tells of.
    for (i = 0; i < n; i++) scaled[i] = 1.0f + (relevance[i] - low);
    return;
  }
  const F32x16 base = splat(low), range = splat(high - low), epsilon = splat(1e-6f);
  for (i = 0; i + kLanes <= n; i += kLanes) {
    store(((load(relevance + i) - base) + epsilon) / range, scaled + i);
  }
  if (i < n) {
    store_first(((load_first(relevance + i, n - i) - base) + epsilon) / range, scaled + i, n - i);
  }
}

}  // namespace tkz::cpu::TKZ_ISA
