// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/attention_block.h"
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"

namespace tkz::cpu::TKZ_ISA {

void add_head(const AttentionHead& head, const AttentionBlock& block, const float* lse,
              float* total) {
  float logits[kBlockRows * kBlockColumns];
  with_storage(head.dtype, [&](auto storage) {
    block_logits<typename decltype(storage)::Type>(head, block, logits);
  });
  for (int64_t r = 0; r < block.rows; r++) {
    const float* from = logits + r * kBlockColumns;
    float* to = total + r * kBlockColumns;
    for (int64_t c = 0; c < block.columns; c += kLanes) {
      store(load(to + c) + exp_nonpositive(load(from + c) - splat(lse[r])), to + c);
    }
  }
}

}  // namespace tkz::cpu::TKZ_ISA
