// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/tile_product.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// The shift and factor that turn a row of logits into probabilities; factor NaN when one of the
/// logits is not finite. Unused lanes of the row hold -infinity.
struct RowSoftmax {
  float shift, factor;
};

TKZ_INLINE I32x16 inside(int64_t columns, int64_t column) {
  return splat(static_cast<int32_t>(columns - column)) > lane_index();
}

/// Overwrites logits [0, padded) by e^(logit - shift).
TKZ_INLINE RowSoftmax whole_row(float* logits, int64_t columns, int64_t padded) {
  F32x16 highest = splat(-__builtin_inff());
  I32x16 bad = splat(0);
  for (int64_t c = 0; c < padded; c += kLanes) {
    const F32x16 x = load(logits + c);
    highest = select(x > highest, x, highest);
    bad = bad | (non_finite(x) & inside(columns, c));
  }
  const float shift = max(highest);
  F32x16 total = splat(0.0f);
  for (int64_t c = 0; c < padded; c += kLanes) {
    const F32x16 p = exp_nonpositive(load(logits + c) - splat(shift));
    store(p, logits + c);
    total = total + p;
  }
  return {shift, any(bad) ? __builtin_nanf("") : 1.0f / sum(total)};
}

/// The same where the row's log-sum-exp is known.
TKZ_INLINE RowSoftmax known_row(float* logits, int64_t columns, int64_t padded, float lse) {
  I32x16 bad = non_finite(splat(lse));
  for (int64_t c = 0; c < padded; c += kLanes) {
    const F32x16 x = load(logits + c);
    bad = bad | (non_finite(x) & inside(columns, c));
    store(exp_nonpositive(x - splat(lse)), logits + c);
  }
  return {lse, any(bad) ? __builtin_nanf("") : 1.0f};
}

/// All columns' keys are packed once; then eight rows at a time go through product, softmax and
/// sum while they are in the cache.
template <class T>
void column_means(const AttentionHead& head, int64_t tokens, Range rows, Range columns,
                  const float* lse, float* scratch, float* mean) {
  // Without the log-sum-exp, the softmax needs all columns.
  const int64_t first = lse != nullptr ? columns.begin : 0;
  const int64_t count = (lse != nullptr ? columns.end : tokens) - first;
  const int64_t width = columns.end - columns.begin;
  const int64_t tiles = (count + kTileColumns - 1) / kTileColumns;
  const int64_t padded = tiles * kTileColumns;
  const int64_t dim = head.dim;
  float* const keys = scratch;
  float* const logits = scratch + padded * dim;
  const T* key_rows = static_cast<const T*>(head.keys) + first * head.keys_stride;
  const T* query_rows = static_cast<const T*>(head.query);
  for (int64_t c = 0; c < padded; c += kLanes) {
    FactorRow<T> sixteen[kLanes];
    for (int64_t i = 0; i < kLanes; i++) {
      const bool exists = c + i < count;
      sixteen[i] = {exists ? key_rows + (c + i) * head.keys_stride : nullptr, nullptr, 1.0f};
    }
    pack_columns(sixteen, dim, keys + c / kTileColumns * kTileColumns * dim + c % kTileColumns);
  }
  for (int64_t c = 0; c < width; c++) mean[c] = 0.0f;

  for (int64_t row = rows.begin; row < rows.end; row += kTileRows) {
    const int64_t left = rows.end - row < kTileRows ? rows.end - row : kTileRows;
    for (int64_t begin = 0; begin < dim; begin += kTileDepth) {
      const int64_t part = dim - begin < kTileDepth ? dim - begin : kTileDepth;
      float queries[kTileDepth * kTileRows];
      for (int64_t r = 0; r < kTileRows; r++) {
        const int64_t of = row + (r < left ? r : left - 1);  // spare rows are not looked at
        const T* query = query_rows + of * head.query_stride + begin;
        widen_row<T>({query, nullptr, head.scale}, part, queries + r * kTileDepth);
      }
      for (int64_t t = 0; t < tiles; t++) {
        tile_product(queries, keys + t * kTileColumns * dim + begin * kTileColumns, part,
                     kTileColumns, begin > 0, logits + t * kTileColumns, padded);
      }
    }
    F32x16 factor[kTileRows];
    for (int64_t r = 0; r < left; r++) {
      float* of_row = logits + r * padded;
      for (int64_t c = count; c < padded; c++) of_row[c] = -__builtin_inff();
      factor[r] = splat((lse != nullptr ? known_row(of_row, count, padded, lse[row + r])
                                        : whole_row(of_row, count, padded))
                            .factor);
    }
    const float* probability = logits + (columns.begin - first);
    for (int64_t c = 0; c < width; c += kLanes) {
      const int64_t lanes = width - c < kLanes ? width - c : kLanes;
      const bool whole = lanes == kLanes;
      F32x16 total = splat(0.0f);
      for (int64_t r = 0; r < left; r++) {
        const float* p = probability + r * padded + c;
        total = total + (whole ? load(p) : load_first(p, lanes)) * factor[r];
      }
      if (whole) {
        store(load(mean + c) + total, mean + c);
      } else {
        store_first(load_first(mean + c, lanes) + total, mean + c, lanes);
      }
    }
  }
  const float terms = static_cast<float>(rows.end - rows.begin);
  for (int64_t c = 0; c < width && rows.begin < rows.end; c++) mean[c] = mean[c] / terms;
}

}  // namespace

void attention_received(const AttentionHead& head, int64_t tokens, Range rows, Range columns,
                        const float* lse, float* scratch, float* mean) {
  with_storage(head.dtype, [&](auto storage) {
    column_means<typename decltype(storage)::Type>(head, tokens, rows, columns, lse, scratch, mean);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
