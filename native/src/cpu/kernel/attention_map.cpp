// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Columns are summed in tiles that stay in the first-level cache.
constexpr int64_t kTile = 1024;
/// Rows that are summed before their sum joins the rest.
constexpr int64_t kRows = 64;

/// sum[0..columns) += row[0..columns)
template <class T>
TKZ_INLINE void add_row(const T* row, int64_t columns, float* sum) {
  int64_t c = 0;
  for (; c + kLanes <= columns; c += kLanes) store(load(sum + c) + load(row + c), sum + c);
  if (c < columns) {
    const int64_t left = columns - c;
    store_first(load_first(sum + c, left) + load_first(row + c, left), sum + c, left);
  }
}

TKZ_INLINE void fill_zero(float* p, int64_t n) {
  for (int64_t i = 0; i < n; i++) p[i] = 0.0f;
}

template <class T>
void row_sums(const AttentionMapArgs& a, int64_t begin, int64_t end) {
  const T* row = static_cast<const T*>(a.map) + a.row * a.map_stride_row + begin;
  fill_zero(a.scores + begin, end - begin);
  for (int64_t h = 0; h < a.heads; h++) {
    add_row(row + h * a.map_stride_head, end - begin, a.scores + begin);
  }
}

/// Rows are summed in small groups and then together: a running sum of H * S terms would lose
/// digits.
template <class T>
void column_means(const AttentionMapArgs& a, int64_t begin, int64_t end) {
  const float terms = static_cast<float>(a.heads) * static_cast<float>(a.tokens);
  for (int64_t tile = begin; tile < end; tile += kTile) {
    const int64_t columns = end - tile < kTile ? end - tile : kTile;
    float* scores = a.scores + tile;
    fill_zero(scores, columns);
    for (int64_t h = 0; h < a.heads; h++) {
      const T* row = static_cast<const T*>(a.map) + h * a.map_stride_head + tile;
      for (int64_t group = 0; group < a.tokens; group += kRows) {
        const int64_t rows = a.tokens - group < kRows ? a.tokens - group : kRows;
        float sum[kTile];
        fill_zero(sum, columns);
        for (int64_t r = 0; r < rows; r++, row += a.map_stride_row) add_row(row, columns, sum);
        add_row(sum, columns, scores);
      }
    }
    for (int64_t c = 0; c < columns; c++) scores[c] = scores[c] / terms;
  }
}

}  // namespace

void attention_row(const AttentionMapArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype,
               [&](auto storage) { row_sums<typename decltype(storage)::Type>(a, begin, end); });
}

void attention_received(const AttentionMapArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype, [&](auto storage) {
    column_means<typename decltype(storage)::Type>(a, begin, end);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
