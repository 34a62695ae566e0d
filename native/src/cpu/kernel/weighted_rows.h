// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The sum at the heart of every merge: rows times weights, one after the other.
#pragma once

#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Channels whose sums stay in the first-level cache.
constexpr int64_t kTile = 1024;
/// Rows read side by side; they are still added one after the other.
constexpr int kRowsAtOnce = 4;

/// A row of T and its weight.
template <class T>
struct WeightedRow {
  const T* row;
  float weight;
};

/// sum[c] = (((sum[c] + w0 row0) + w1 row1) + ...) for kCount rows. A weight of 1 changes nothing.
template <class T, int kCount>
TKZ_INLINE void add_rows(const WeightedRow<T>* rows, int64_t channels, float* sum) {
  F32x16 weight[kCount];
  for (int r = 0; r < kCount; r++) weight[r] = splat(rows[r].weight);
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    F32x16 total = load(sum + c);
    for (int r = 0; r < kCount; r++) total = total + weight[r] * load(rows[r].row + c);
    store(total, sum + c);
  }
  if (c < channels) {
    F32x16 total = load(sum + c);
    for (int r = 0; r < kCount; r++) {
      total = total + weight[r] * load_first(rows[r].row + c, channels - c);
    }
    store(total, sum + c);
  }
}

/// sum[0 .. channels + 16) = rows [0, count) in ascending order, channels <= kTile. row_at(i) is a
/// WeightedRow; one whose row is null is left out.
template <class T, class RowAt>
TKZ_INLINE void sum_rows(int64_t count, const RowAt& row_at, int64_t channels, float* sum) {
  for (int64_t c = 0; c < channels + kLanes; c++) sum[c] = 0.0f;
  WeightedRow<T> waiting[kRowsAtOnce];
  int held = 0;
  for (int64_t i = 0; i < count; i++) {
    waiting[held] = row_at(i);
    if (waiting[held].row != nullptr) held++;
    if (held < kRowsAtOnce) continue;
    add_rows<T, kRowsAtOnce>(waiting, channels, sum);
    held = 0;
  }
  for (int r = 0; r < held; r++) add_rows<T, 1>(waiting + r, channels, sum);
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
