// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Products of rows with rows, as tiles of 8 rows and 32 columns that stay in registers. Both sides
// are fp32: rows as they are, columns packed side by side. One element is the sum over channels in
// ascending order, every step one fused multiply-add, so the shape of a tile and the instruction
// set do not show.
#pragma once

#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr int kTileRows = 8;
constexpr int kTileColumns = 2 * kLanes;
/// Channels that a product takes at once, and floats from one of its rows to the next.
constexpr int64_t kTileDepth = 128;

#if !defined(__FMA__)
/// a * b + c rounded once, for machines without the instruction: the sum in double, rounded to odd
/// (the last bit says that something was cut off), keeps what rounding to float needs (Boldo and
/// Melquiond, 2008).
TKZ_INLINE float fused(float a, float b, float c) {
  const double product = static_cast<double>(a) * static_cast<double>(b);  // exact
  const double addend = static_cast<double>(c);
  double sum = product + addend;
  const double part = sum - product;
  const double rest = (product - (sum - part)) + (addend - part);
  int64_t bits;
  __builtin_memcpy(&bits, &sum, sizeof bits);
  if (rest != 0.0 && (bits & 1) == 0) bits += (rest > 0.0) == (sum > 0.0) ? 1 : -1;
  __builtin_memcpy(&sum, &bits, sizeof sum);
  return static_cast<float>(sum);
}
#endif

/// a * b + c, rounded once.
TKZ_INLINE F32x16 fused(F32x16 a, F32x16 b, F32x16 c) {
  F32x16 result;
  for (int i = 0; i < kParts; i++) {
#if defined(__AVX512F__)
    result.part[i] =
        (NativeFloat)_mm512_fmadd_ps((__m512)a.part[i], (__m512)b.part[i], (__m512)c.part[i]);
#elif defined(__FMA__)
    result.part[i] =
        (NativeFloat)_mm256_fmadd_ps((__m256)a.part[i], (__m256)b.part[i], (__m256)c.part[i]);
#else
    for (int j = 0; j < kWidth; j++) {
      result.part[i][j] = fused(a.part[i][j], b.part[i][j], c.part[i][j]);
    }
#endif
  }
  return result;
}

/// Calls f(channel, count, piece) for pieces of at most sixteen of `dim` channels; piece(row) loads
/// those of a row, zeros beyond the last.
template <class F>
TKZ_INLINE void for_each_piece(int64_t dim, const F& f) {
  int64_t c = 0;
  for (; c + kLanes <= dim; c += kLanes) {
    f(c, kLanes, [&](const auto* row) { return load(row + c); });
  }
  if (c < dim) f(c, dim - c, [&](const auto* row) { return load_first(row + c, dim - c); });
}

/// (row - mean) * factor in fp32: all zeros where `row` is null; nothing is subtracted where `mean`
/// is.
template <class T>
struct FactorRow {
  const T* row;
  const float* mean;
  float factor;

  template <class Piece>
  TKZ_INLINE F32x16 widened(const Piece& piece) const {
    if (row == nullptr) return splat(0.0f);
    return (mean == nullptr ? piece(row) : piece(row) - piece(mean)) * splat(factor);
  }
};

/// A row of a tile: channels [0, dim).
template <class T>
TKZ_INLINE void widen_row(const FactorRow<T>& row, int64_t dim, float* widened) {
  for_each_piece(
      dim, [&](int64_t c, int64_t, const auto& piece) { store(row.widened(piece), widened + c); });
}

/// Sixteen columns of a tile: channels [0, dim).
template <class T>
TKZ_INLINE void pack_columns(const FactorRow<T>* rows, int64_t dim, float* packed) {
  for_each_piece(dim, [&](int64_t c, int64_t count, const auto& piece) {
    F32x16 square[kLanes];
    for (int i = 0; i < kLanes; i++) square[i] = rows[i].widened(piece);
    transpose(square);
    for (int64_t i = 0; i < count; i++) store(square[i], packed + (c + i) * kTileColumns);
  });
}

/// kRows rows of a tile and kVectors times sixteen of its columns.
template <int kRows, int kVectors>
TKZ_INLINE void product_part(const float* rows, const float* columns, int64_t dim, bool add,
                             float* out, int64_t pitch) {
  F32x16 sum[kRows][kVectors];
  for (int r = 0; r < kRows; r++) {
    for (int v = 0; v < kVectors; v++) {
      sum[r][v] = add ? load(out + r * pitch + v * kLanes) : splat(0.0f);
    }
  }
  for (int64_t c = 0; c < dim; c++) {
    F32x16 column[kVectors];
    for (int v = 0; v < kVectors; v++) column[v] = load(columns + c * kTileColumns + v * kLanes);
    for (int r = 0; r < kRows; r++) {
      const F32x16 row = splat(rows[r * kTileDepth + c]);
      for (int v = 0; v < kVectors; v++) sum[r][v] = fused(row, column[v], sum[r][v]);
    }
  }
  for (int r = 0; r < kRows; r++) {
    for (int v = 0; v < kVectors; v++) store(sum[r][v], out + r * pitch + v * kLanes);
  }
}

/// rows [kTileRows][kTileDepth] times columns [dim][kTileColumns], of which the first `width`
/// count, into, or added to, out. Whole vectors are written.
TKZ_INLINE void tile_product(const float* rows, const float* columns, int64_t dim, int64_t width,
                             bool add, float* out, int64_t pitch) {
#if defined(__AVX512F__)
  if (width > kLanes) {
    product_part<8, 2>(rows, columns, dim, add, out, pitch);
  } else {
    product_part<8, 1>(rows, columns, dim, add, out, pitch);
  }
#else
  for (int r = 0; r < kTileRows; r += 4) {
    for (int v = 0; v < 2 && v * kLanes < width; v++) {
      product_part<4, 1>(rows + r * kTileDepth, columns + v * kLanes, dim, add,
                         out + r * pitch + v * kLanes, pitch);
    }
  }
#endif
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
