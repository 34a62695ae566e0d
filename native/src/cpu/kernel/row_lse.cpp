// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/attention_block.h"
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/logarithm.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// The softmax of sixteen rows as far as they have been read; the sum of one is NaN after a logit
/// that is not finite.
struct Running {
  F32x16 maximum, sum;
};

/// Takes `count` more logits in, and may look at spare ones that repeat the last.
TKZ_INLINE void take_in(const float* logits, int64_t count, Running& rows) {
  constexpr int64_t kChains = 4;
  static_assert(kTileRows % kChains == 0);
  F32x16 highest[kChains], bad[kChains];  // bad: 0 or NaN
  for (int64_t i = 0; i < kChains; i++) {
    highest[i] = rows.maximum;
    bad[i] = splat(0.0f);
  }
  for (int64_t k = 0; k < count; k += kChains) {
    for (int64_t i = 0; i < kChains; i++) {
      const F32x16 x = load(logits + (k + i) * kBlockRows);
      highest[i] = select(x > highest[i], x, highest[i]);
      bad[i] = bad[i] + (x - x);
    }
  }
  for (int64_t i = 1; i < kChains; i++) {
    highest[0] = select(highest[i] > highest[0], highest[i], highest[0]);
    bad[0] = bad[0] + bad[i];
  }
  F32x16 total = bad[0];
  for (int64_t k = 0; k < count; k++) {
    total = total + exp_nonpositive(load(logits + k * kBlockRows) - highest[0]);
  }
  rows.sum = rows.sum * exp_nonpositive(rows.maximum - highest[0]) + total;
  rows.maximum = highest[0];
}

template <class T>
void block_lse(const AttentionHead& head, const AttentionRows& block, int64_t tokens, float* lse) {
  float logits[kBlockColumns * kBlockRows];
  Running running[kBlockRows / kLanes];
  for (Running& rows : running) rows = {splat(-__builtin_inff()), splat(0.0f)};
  BlockLogits<T> all(head, block);
  for (int64_t begin = 0; begin < tokens; begin += kBlockColumns) {
    const int64_t count = tokens - begin < kBlockColumns ? tokens - begin : kBlockColumns;
    all.find(
        count, [&](int64_t k) { return begin + k; }, logits);
    for (int64_t r = 0; r < block.rows; r += kLanes) {
      take_in(logits + r, count, running[r / kLanes]);
    }
  }
  for (int64_t r = 0; r < block.rows; r++) {
    float maximum[kLanes], sum[kLanes];
    store(running[r / kLanes].maximum, maximum);
    store(running[r / kLanes].sum, sum);
    const int64_t lane = r % kLanes;
    lse[r] = block.row_token[r] >= 0 ? maximum[lane] + logarithm(sum[lane]) : 0.0f;
  }
}

}  // namespace

void row_lse(const AttentionHead& head, const AttentionRows& block, int64_t tokens, float* lse) {
  with_storage(head.dtype, [&](auto storage) {
    block_lse<typename decltype(storage)::Type>(head, block, tokens, lse);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
