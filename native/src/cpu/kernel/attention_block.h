// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Logits of one head for a block of rows and columns.
#pragma once

#include "cpu/attention_head.h"
#include "cpu/kernel/tile_product.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Channels that are packed at once.
constexpr int64_t kBlockDim = 128;

/// logits[r * kBlockColumns + c] = scale * query . key; 0 where a row or column has no token. Whole
/// tiles are written.
template <class T>
TKZ_INLINE void block_logits(const AttentionHead& head, const AttentionBlock& block,
                             float* logits) {
  const int64_t row_tiles = (block.rows + kTileRows - 1) / kTileRows;
  const int64_t column_tiles = (block.columns + kTileColumns - 1) / kTileColumns;
  float rows[kBlockRows * kBlockDim];
  float columns[kBlockColumns * kBlockDim];
  for (int64_t begin = 0; begin < head.dim; begin += kBlockDim) {
    const int64_t dim = head.dim - begin < kBlockDim ? head.dim - begin : kBlockDim;
    for (int64_t r = 0; r < row_tiles * kTileRows; r++) {
      float* packed = rows + r / kTileRows * kTileRows * dim + r % kTileRows;
      const int64_t token = r < block.rows ? block.row_token[r] : -1;
      const T* row = static_cast<const T*>(head.query) + token * head.query_stride + begin;
      if (token < 0) {
        pack_zero(dim, kTileRows, packed);
      } else {
        pack_row(row, dim, head.scale, kTileRows, packed);
      }
    }
    for (int64_t c = 0; c < column_tiles * kTileColumns; c++) {
      float* packed = columns + c / kTileColumns * kTileColumns * dim + c % kTileColumns;
      const int64_t token = c < block.columns ? block.column_token[c] : -1;
      const T* row = static_cast<const T*>(head.keys) + token * head.keys_stride + begin;
      if (token < 0) {
        pack_zero(dim, kTileColumns, packed);
      } else {
        pack_row(row, dim, 1.0f, kTileColumns, packed);
      }
    }
    for (int64_t c = 0; c < column_tiles; c++) {
      for (int64_t r = 0; r < row_tiles; r++) {
        tile_product(rows + r * kTileRows * dim, columns + c * kTileColumns * dim, dim, begin > 0,
                     logits + r * kTileRows * kBlockColumns + c * kTileColumns, kBlockColumns);
      }
    }
  }
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
