// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Logits of one head for a few queries with many keys. The queries stand side by side in the lanes
// and the keys pass by eight at a time: only the queries are packed, and what a softmax does with a
// row goes on in one lane.
#pragma once

#include "cpu/attention_head.h"
#include "cpu/kernel/tile_product.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

template <class T>
class BlockLogits {
 public:
  /// Borrows both.
  TKZ_INLINE BlockLogits(const AttentionHead& head, const AttentionRows& rows)
      : head_(head), rows_(rows) {}

  /// logits[k * kBlockRows + r] = scale * query . key for the keys of tokens token_of(k), k < count
  /// <= kBlockColumns; 0 where a row or k has no token. Rows are written in whole vectors, keys in
  /// eights, of which the spare ones repeat the last.
  template <class TokenOf>
  TKZ_INLINE void find(int64_t count, const TokenOf& token_of, float* logits) {
    for (int64_t begin = 0; begin < head_.dim; begin += kTileDepth) {
      const int64_t dim = head_.dim - begin < kTileDepth ? head_.dim - begin : kTileDepth;
      if (packed_ != begin) pack(begin, dim);
      for (int64_t k = 0; k < count; k += kTileRows) {
        float tile[kTileRows * kTileDepth];
        for (int64_t i = 0; i < kTileRows; i++) {
          const int64_t token = token_of(k + i < count ? k + i : count - 1);
          const T* const keys = static_cast<const T*>(head_.keys) + begin;
          widen_row<T>({token < 0 ? nullptr : keys + token * head_.keys_stride, nullptr, 1.0f}, dim,
                       tile + i * kTileDepth);
        }
        for (int64_t r = 0; r < rows_.rows; r += kTileColumns) {
          tile_product(tile, queries_ + r * kTileDepth, dim, rows_.rows - r, begin > 0,
                       logits + k * kBlockRows + r, kBlockRows);
        }
      }
    }
  }

 private:
  /// Channels [begin, begin + dim) of all queries. With few channels they stay as they are for all
  /// keys.
  TKZ_INLINE void pack(int64_t begin, int64_t dim) {
    for (int64_t r = 0; r < rows_.rows; r += kLanes) {
      FactorRow<T> sixteen[kLanes];
      for (int64_t i = 0; i < kLanes; i++) {
        const int64_t token = r + i < rows_.rows ? rows_.row_token[r + i] : -1;
        const T* const queries = static_cast<const T*>(head_.query) + begin;
        sixteen[i] = {token < 0 ? nullptr : queries + token * head_.query_stride, nullptr,
                      head_.scale};
      }
      pack_columns(sixteen, dim,
                   queries_ + r / kTileColumns * kTileColumns * kTileDepth + r % kTileColumns);
    }
    packed_ = begin;
  }

  const AttentionHead& head_;
  const AttentionRows& rows_;
  int64_t packed_ = -1;  // the channel that queries_ begin with
  float queries_[kBlockRows * kTileDepth];
};

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
