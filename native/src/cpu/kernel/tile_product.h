// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Products of rows of queries with rows of keys, as tiles of 8 rows and 32 columns that stay in
// registers. Both sides are packed first: fp32, transposed, zero where there is no row. One element
// is the sum over channels in ascending order, every step one fused multiply-add, so the shape of a
// tile and the instruction set do not show.
#pragma once

#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr int kTileRows = 8;
constexpr int kTileColumns = 2 * kLanes;

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

/// Packs channels [begin, begin + dim) of one row into every `pitch`-th element, times `factor`.
template <class T>
TKZ_INLINE void pack_row(const T* row, int64_t dim, float factor, int64_t pitch, float* packed) {
  int64_t c = 0;
  for (; c < dim; c += kLanes) {
    const int64_t left = dim - c < kLanes ? dim - c : kLanes;
    float lane[kLanes];
    const F32x16 x = left == kLanes ? load(row + c) : load_first(row + c, left);
    store(x * splat(factor), lane);
    for (int64_t i = 0; i < left; i++) packed[(c + i) * pitch] = lane[i];
  }
}

TKZ_INLINE void pack_zero(int64_t dim, int64_t pitch, float* packed) {
  for (int64_t c = 0; c < dim; c++) packed[c * pitch] = 0.0f;
}

/// Rows [row, row + kRows) and vectors [vector, vector + kVectors) of a tile.
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
      const F32x16 row = splat(rows[c * kTileRows + r]);
      for (int v = 0; v < kVectors; v++) sum[r][v] = fused(row, column[v], sum[r][v]);
    }
  }
  for (int r = 0; r < kRows; r++) {
    for (int v = 0; v < kVectors; v++) store(sum[r][v], out + r * pitch + v * kLanes);
  }
}

/// rows [dim][kTileRows] times columns [dim][kTileColumns] into, or added to, out.
TKZ_INLINE void tile_product(const float* rows, const float* columns, int64_t dim, bool add,
                             float* out, int64_t pitch) {
#if defined(__AVX512F__)
  product_part<8, 2>(rows, columns, dim, add, out, pitch);
#else
  for (int r = 0; r < kTileRows; r += 4) {
    for (int v = 0; v < 2; v++) {
      product_part<4, 1>(rows + r, columns + v * kLanes, dim, add, out + r * pitch + v * kLanes,
                         pitch);
    }
  }
#endif
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
