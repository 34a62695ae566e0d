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

TKZ_INLINE void divide(float* p, int64_t n, float divisor) {
  for (int64_t i = 0; i < n; i++) p[i] = p[i] / divisor;
}

template <class T>
void row_sums(const AttentionRowFromMapArgs& a, int64_t begin, int64_t end) {
  fill_zero(a.scores + begin, end - begin);
  if (a.row >= a.map.tokens) return;
  const T* row = static_cast<const T*>(a.map.data) + a.row * a.map.stride_row + begin;
  for (int64_t h = 0; h < a.map.heads; h++) {
    add_row(row + h * a.map.stride_head, end - begin, a.scores + begin);
  }
  if (a.mean) divide(a.scores + begin, end - begin, static_cast<float>(a.map.heads));
}

/// Rows are summed in small groups and then together: a running sum of H * S terms would lose
/// digits.
template <class T>
void column_means(const AttentionReceivedFromMapArgs& a, int64_t begin, int64_t end) {
  const int64_t rows = a.rows.end - a.rows.begin;
  const int64_t last =
      a.columns.end - a.columns.begin < end ? a.columns.end - a.columns.begin : end;
  fill_zero(a.scores + begin, end - begin);
  if (rows == 0) return;
  for (int64_t tile = begin; tile < last; tile += kTile) {
    const int64_t columns = last - tile < kTile ? last - tile : kTile;
    float* scores = a.scores + tile;
    for (int64_t h = 0; h < a.map.heads; h++) {
      const T* row = static_cast<const T*>(a.map.data) + h * a.map.stride_head +
                     a.rows.begin * a.map.stride_row + a.columns.begin + tile;
      for (int64_t group = 0; group < rows; group += kRows) {
        const int64_t count = rows - group < kRows ? rows - group : kRows;
        float sum[kTile];
        fill_zero(sum, columns);
        for (int64_t r = 0; r < count; r++, row += a.map.stride_row) add_row(row, columns, sum);
        add_row(sum, columns, scores);
      }
    }
    divide(scores, columns, static_cast<float>(a.map.heads) * static_cast<float>(rows));
  }
}

template <class T>
void head_means(const HeadMeanMapArgs& a, int64_t count, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    float* mean = a.mean + r * a.map.tokens;
    fill_zero(mean, a.map.tokens);
    if (r >= count) continue;
    const T* row = static_cast<const T*>(a.map.data) + r * a.map.stride_row;
    for (int64_t h = 0; h < a.map.heads; h++) add_row(row + h * a.map.stride_head, count, mean);
    divide(mean, count, static_cast<float>(a.map.heads));
  }
}

}  // namespace

void attention_row_from_map(const AttentionRowFromMapArgs& a, int64_t begin, int64_t end) {
  with_storage(a.map.dtype,
               [&](auto storage) { row_sums<typename decltype(storage)::Type>(a, begin, end); });
}

void attention_received_from_map(const AttentionReceivedFromMapArgs& a, int64_t begin,
                                 int64_t end) {
  with_storage(a.map.dtype, [&](auto storage) {
    column_means<typename decltype(storage)::Type>(a, begin, end);
  });
}

void head_mean_map(const HeadMeanMapArgs& a, int64_t count, int64_t begin, int64_t end) {
  with_storage(a.map.dtype, [&](auto storage) {
    head_means<typename decltype(storage)::Type>(a, count, begin, end);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
