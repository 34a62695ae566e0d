// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What has to be known of rows before they are compared: their mean and their norms.
#include <algorithm>

#include "assign/row_scale.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Columns [column, column + 16) of a row, zero beyond its end.
template <class T>
TKZ_INLINE F32x16 columns(const T* row, int64_t column, int64_t dim) {
  return column + kLanes <= dim ? load(row + column) : load_first(row + column, dim - column);
}

/// Means of `count` columns from `column` on, at most kVectors times sixteen: few enough for sums
/// in registers, and as many neighbours as are worth a step to the next row.
template <int kVectors, class T>
TKZ_INLINE void tile_mean(const CosineRows& rows, int64_t dim, bool unit, int64_t column,
                          int64_t count) {
  double total[kVectors * kLanes] = {};
  for (int64_t i = 0; i < rows.tokens; i++) {
    const T* row = static_cast<const T*>(rows.data) + i * rows.stride_token;
    for (int v = 0; v < kVectors; v++) {
      F32x16 value = columns(row, column + v * kLanes, dim);
      if (unit) value = value * splat(rows.norm[i].scale) * splat(rows.norm[i].inverse);
      float lane[kLanes];
      store(value, lane);
      for (int l = 0; l < kLanes; l++) total[v * kLanes + l] += static_cast<double>(lane[l]);
    }
  }
  for (int64_t c = 0; c < count; c++) {
    rows.mean[column + c] =
        rows.tokens > 0 ? static_cast<float>(total[c] / static_cast<double>(rows.tokens)) : 0.0f;
  }
}

template <class T>
void mean_of(const CosineRows& rows, int64_t dim, bool unit, int64_t begin, int64_t end) {
  constexpr int kVectors = 4;
  int64_t column = begin;
  for (; end - column >= kVectors * kLanes; column += kVectors * kLanes) {
    tile_mean<kVectors, T>(rows, dim, unit, column, kVectors * kLanes);
  }
  for (; column < end; column += kLanes) {
    tile_mean<1, T>(rows, dim, unit, column, std::min(end - column, int64_t{kLanes}));
  }
}

/// Square sum of a row times `scale`; also its largest magnitude, and whether all is finite.
template <class T>
TKZ_INLINE float square_sum(const T* row, const float* mean, int64_t dim, float scale,
                            float* largest, bool* finite) {
  F32x16 square = splat(0.0f), most = splat(0.0f);
  I32x16 bad = splat(0);
  for (int64_t column = 0; column < dim; column += kLanes) {
    F32x16 value = columns(row, column, dim);
    if (mean != nullptr) value = value - columns(mean, column, dim);
    bad = bad | non_finite(value);
    const F32x16 magnitude = float_of(bits_of(value) & splat(0x7fffffff));
    most = select(magnitude > most, magnitude, most);
    value = value * splat(scale);
    square = square + value * value;
  }
  *largest = max(most);
  *finite = !any(bad);
  return sum(square);
}

template <class T>
void norms_of(const CosineRows& rows, int64_t dim, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    const T* row = static_cast<const T*>(rows.data) + i * rows.stride_token;
    float largest;
    bool finite;
    float square = square_sum(row, rows.mean, dim, 1.0f, &largest, &finite);
    const float scale = row_scale(largest);
    if (scale != 1.0f) square = square_sum(row, rows.mean, dim, scale, &largest, &finite);
    const float inverse = square > 0.0f ? 1.0f / __builtin_sqrtf(square) : 0.0f;
    rows.norm[i] = finite ? RowNorm{scale, inverse} : RowNorm{1.0f, __builtin_nanf("")};
  }
}

}  // namespace

void row_mean(DType dtype, const CosineRows& rows, int64_t dim, bool unit, int64_t begin,
              int64_t end) {
  with_storage(dtype, [&](auto storage) {
    mean_of<typename decltype(storage)::Type>(rows, dim, unit, begin, end);
  });
}

void row_norm(DType dtype, const CosineRows& rows, int64_t dim, int64_t begin, int64_t end) {
  with_storage(dtype, [&](auto storage) {
    norms_of<typename decltype(storage)::Type>(rows, dim, begin, end);
  });
}

void mean_cosine(const MeanCosineArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype, [&](auto storage) {
    using T = typename decltype(storage)::Type;
    for (int64_t i = begin; i < end; i++) {
      const T* row = static_cast<const T*>(a.rows.data) + i * a.rows.stride_token;
      const RowNorm norm = a.rows.norm[i];
      F32x16 dot = splat(0.0f);
      for (int64_t column = 0; column < a.dim; column += kLanes) {
        const F32x16 mean = columns<float>(a.rows.mean, column, a.dim);
        dot = dot + columns(row, column, a.dim) * splat(norm.scale) * mean;
      }
      a.out[i] = sum(dot) * norm.inverse + 0.0f;
    }
  });
}

}  // namespace tkz::cpu::TKZ_ISA
