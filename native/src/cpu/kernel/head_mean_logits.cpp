// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Logits added over heads for listed rows and columns. Nothing is packed: rows of queries and of
// keys are read as they lie, sixteen channels at a time, and a tile of their products stays in
// registers over all heads. One element is the sum over heads and pieces of sixteen channels, lane
// by lane and every step one fused multiply-add, then over the lanes; so the shape of a tile does
// not show.
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/tile_product.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

// As many products as there are registers for, and not more loads than the products can hide.
#if defined(__AVX512F__)
constexpr int kRows = 6;
constexpr int kColumns = 4;
#elif defined(__AVX2__)
constexpr int kRows = 2;
constexpr int kColumns = 2;
#else
constexpr int kRows = 1;
constexpr int kColumns = 2;
#endif
constexpr int kProducts = kRows * kColumns;

/// sum over heads of query . key for kRows x kColumns tokens.
template <class T>
TKZ_INLINE void tile(const AttentionInputs& in, const T* const* query, const T* const* keys,
                     float* products) {
  const int64_t queries = in.heads / in.key_heads;
  F32x16 sum[kRows][kColumns];
  for (int r = 0; r < kRows; r++) {
    for (int c = 0; c < kColumns; c++) sum[r][c] = splat(0.0f);
  }
  for (int64_t head = 0; head < in.heads; head++) {
    const int64_t from = head * in.query_stride_head;
    const int64_t key_from = head / queries * in.keys_stride_head;
    const auto step = [&](const auto& piece) {
      F32x16 row[kRows];
      for (int r = 0; r < kRows; r++) row[r] = piece(query[r] + from);
      for (int c = 0; c < kColumns; c++) {
        const F32x16 column = piece(keys[c] + key_from);
        for (int r = 0; r < kRows; r++) sum[r][c] = fused(row[r], column, sum[r][c]);
      }
    };
    int64_t channel = 0;
    for (; channel + kLanes <= in.dim; channel += kLanes) {
      step([&](const T* row) { return load(row + channel); });
    }
    if (channel < in.dim) {
      step([&](const T* row) { return load_first(row + channel, in.dim - channel); });
    }
  }
  constexpr int kGroups = (kProducts + kLanes - 1) / kLanes;
  F32x16 all[kGroups * kLanes];
  for (int i = 0; i < kGroups * kLanes; i++) {
    all[i] = i < kProducts ? sum[i / kColumns][i % kColumns] : splat(0.0f);
  }
  for (int g = 0; g < kGroups; g++) store(sum_each(all + g * kLanes), products + g * kLanes);
}

/// Where those of `count` tokens are that exist.
int64_t present(const int64_t* token, int64_t count, int16_t* place) {
  int64_t n = 0;
  for (int64_t i = 0; i < count; i++) {
    if (token[i] >= 0) place[n++] = static_cast<int16_t>(i);
  }
  return n;
}

/// Rows of the tokens that exist and of kSpare more, for which the last one stands in.
template <int kSpare, class T>
TKZ_INLINE void rows_of(const void* data, int64_t stride, const int64_t* token,
                        const int16_t* place, int64_t count, const T** rows) {
  for (int64_t i = 0; i < count + kSpare; i++) {
    rows[i] = static_cast<const T*>(data) + token[place[i < count ? i : count - 1]] * stride;
  }
}

/// The same products as one long head where heads lie side by side: the pieces and their order are
/// those of the heads.
AttentionInputs joined(AttentionInputs in) {
  if (in.heads != in.key_heads || in.dim % kLanes != 0 || in.query_stride_head != in.dim ||
      in.keys_stride_head != in.dim) {
    return in;
  }
  in.dim *= in.heads;
  in.heads = in.key_heads = 1;
  return in;
}

template <class T>
void block(const AttentionInputs& heads, const AttentionBlock& b, float* out, int64_t pitch) {
  const AttentionInputs in = joined(heads);
  int16_t row_place[kBlockRows], column_place[kBlockColumns];
  const int64_t rows = present(b.row_token, b.rows, row_place);
  const int64_t columns = present(b.column_token, b.columns, column_place);
  for (int64_t r = 0; r < b.rows; r++) {
    for (int64_t c = 0; c < b.columns; c++) out[r * pitch + c] = 0.0f;
  }
  if (rows == 0 || columns == 0) return;
  const T* query[kBlockRows + kRows];
  const T* keys[kBlockColumns + kColumns];
  rows_of<kRows>(in.query, in.query_stride_token, b.row_token, row_place, rows, query);
  rows_of<kColumns>(in.keys, in.keys_stride_token, b.column_token, column_place, columns, keys);
  const float factor = heads.scale / static_cast<float>(heads.heads);
  // A tile's queries stay in the first-level cache; keys, of which it has fewer, pass by.
  for (int64_t r = 0; r < rows; r += kRows) {
    for (int64_t c = 0; c < columns; c += kColumns) {
      float products[(kProducts + kLanes - 1) / kLanes * kLanes];
      tile<T>(in, query + r, keys + c, products);
      for (int i = 0; i < kRows && r + i < rows; i++) {
        for (int j = 0; j < kColumns && c + j < columns; j++) {
          out[row_place[r + i] * pitch + column_place[c + j]] = factor * products[i * kColumns + j];
        }
      }
    }
  }
}

}  // namespace

void head_mean_logits(const AttentionInputs& in, const AttentionBlock& b, float* out,
                      int64_t pitch) {
  with_storage(in.dtype,
               [&](auto storage) { block<typename decltype(storage)::Type>(in, b, out, pitch); });
}

}  // namespace tkz::cpu::TKZ_ISA
