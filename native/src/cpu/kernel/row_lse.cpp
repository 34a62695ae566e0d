// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/attention_block.h"
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/logarithm.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// The softmax of a row as far as it has been read; its sum is NaN after a logit that is not
/// finite.
struct Running {
  float maximum, sum;
};

/// Takes `columns` more logits in. The row has room for whole vectors.
TKZ_INLINE void take_in(float* logits, int64_t columns, Running& row) {
  const float lowest = -__builtin_inff();
  int64_t padded = columns;
  for (; padded % kLanes != 0; padded++) logits[padded] = lowest;
  F32x16 highest = splat(row.maximum);
  I32x16 bad = splat(0);
  for (int64_t c = 0; c < padded; c += kLanes) {
    const F32x16 x = load(logits + c);
    highest = select(x > highest, x, highest);
    const I32x16 inside = splat(static_cast<int32_t>(columns - c)) > lane_index();
    bad = bad | (non_finite(x) & inside);
  }
  const float maximum = max(highest);
  F32x16 total = splat(0.0f);
  for (int64_t c = 0; c < padded; c += kLanes) {
    total = total + exp_nonpositive(load(logits + c) - splat(maximum));
  }
  float rescale[kLanes];
  store(exp_nonpositive(splat(row.maximum) - splat(maximum)), rescale);
  row.sum = row.sum * rescale[0] + sum(total);
  row.maximum = maximum;
  if (any(bad)) row.sum = __builtin_nanf("");
}

template <class T>
void block_lse(const AttentionHead& head, AttentionBlock& block, int64_t tokens, float* lse) {
  float logits[kBlockRows * kBlockColumns];
  Running row[kBlockRows];
  for (int64_t r = 0; r < block.rows; r++) row[r] = {-__builtin_inff(), 0.0f};
  for (int64_t begin = 0; begin < tokens; begin += kBlockColumns) {
    block.columns = tokens - begin < kBlockColumns ? tokens - begin : kBlockColumns;
    for (int64_t c = 0; c < block.columns; c++) block.column_token[c] = begin + c;
    block_logits<T>(head, block, logits);
    for (int64_t r = 0; r < block.rows; r++) {
      take_in(logits + r * kBlockColumns, block.columns, row[r]);
    }
  }
  for (int64_t r = 0; r < block.rows; r++) {
    const bool listed = block.row_token[r] >= 0;
    lse[r] = listed ? row[r].maximum + logarithm(row[r].sum) : 0.0f;
  }
}

}  // namespace

void row_lse(const AttentionHead& head, AttentionBlock& block, int64_t tokens, float* lse) {
  with_storage(head.dtype, [&](auto storage) {
    block_lse<typename decltype(storage)::Type>(head, block, tokens, lse);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
