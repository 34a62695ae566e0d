// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/attention_block.h"
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"

namespace tkz::cpu::TKZ_ISA {

void add_head(const AttentionHead& head, const AttentionBlock& block, const float* lse,
              float* total) {
  float logits[kBlockColumns * kBlockRows];
  with_storage(head.dtype, [&](auto storage) {
    BlockLogits<typename decltype(storage)::Type>(head, block)
        .find(
            block.columns, [&](int64_t c) { return block.column_token[c]; }, logits);
  });
  for (int64_t c = 0; c < block.columns; c++) {
    const float* from = logits + c * kBlockRows;
    float* to = total + c * kBlockRows;
    for (int64_t r = 0; r < block.rows; r += kLanes) {
      store(load(to + r) + exp_nonpositive(load(from + r) - load(lse + r)), to + r);
    }
  }
}

}  // namespace tkz::cpu::TKZ_ISA
