// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the score operators; see common/arguments.h.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

/// keys [B,H,S,d] -> key_mean [B,S,d]; with a query [B,H,d] also logits [B,H,S]. Ragged: keys
/// [H,total,d], logits [H,total], key_mean [total,d], and `tokens` is the total.
struct ClsLogitsKeyMeanArgs {
  DType dtype;
  int64_t batch, heads, tokens, dim;
  const void* query;  // null: only key_mean is wanted, logits is null too
  int64_t query_stride_batch, query_stride_head;
  const void* keys;
  int64_t keys_stride_batch, keys_stride_head, keys_stride_token;
  float scale;
  float* logits;    // contiguous
  float* key_mean;  // contiguous
  Ragged ragged;
};

/// How the softmax of one attention row is put together: a tile of tokens gives one partial sum.
/// At most kMaxRowTiles, and nothing but the picture's own token count says where they end.
constexpr int64_t kRowTile = 64;
constexpr int64_t kMaxRowTiles = 64;

TKZ_HOST_DEVICE constexpr int64_t row_tile_tokens(int64_t count) {
  return count <= kRowTile * kMaxRowTiles
             ? kRowTile
             : (count + kRowTile * kMaxRowTiles - 1) / (kRowTile * kMaxRowTiles) * kRowTile;
}

/// Tiles of any picture of at most `tokens` tokens.
TKZ_HOST_DEVICE constexpr int64_t most_row_tiles(int64_t tokens) {
  return tokens < kRowTile * kMaxRowTiles ? (tokens + kRowTile - 1) / kRowTile : kMaxRowTiles;
}

/// Part of a softmax: the highest logit and the sum of e^(logit - maximum); NaN where one of the
/// logits is not finite.
struct PartialSoftmax {
  float maximum, sum;
};

/// query [B,H,d], keys [B,Hk,S,d] -> scores [B,S]. Ragged: keys [Hk,total,d], scores [total], and
/// `tokens` is the total.
struct AttentionRowArgs {
  DType dtype;
  int64_t batch, heads, key_heads, tokens, dim;
  const void* query;
  int64_t query_stride_batch, query_stride_head;
  const void* keys;
  int64_t keys_stride_batch, keys_stride_head, keys_stride_token;
  float scale;
  bool mean;                 // over heads; else the sum
  float* logits;             // workspace [B,H,longest]
  PartialSoftmax* partials;  // workspace [B,most_row_tiles(longest),H]
  float* scores;             // contiguous
  int32_t* non_finite;       // [B] or null
  Ragged ragged;
};

/// Softmax maps [B,H,S,S]. Ragged: the first `count` rows and columns of each are its picture's.
struct AttentionMap {
  DType dtype;
  int64_t batch, heads, tokens;
  const void* data;
  int64_t stride_batch, stride_head, stride_row;
  Ragged ragged;
};

/// Indices [begin, end); an end below 0 stands for the picture's.
struct Range {
  int64_t begin, end;

  /// What a picture of `count` tokens has of it.
  TKZ_HOST_DEVICE Range within(int64_t count) const {
    const int64_t last = end < 0 || end > count ? count : end;
    return {begin < last ? begin : last, last};
  }
};

/// scores [B,S], ragged [total].
struct AttentionRowFromMapArgs {
  AttentionMap map;
  int64_t row;  // below 0: the picture's last
  bool mean;    // over heads; else the sum
  float* scores;
};

/// scores [B,width].
struct AttentionReceivedFromMapArgs {
  AttentionMap map;
  Range rows, columns;
  int64_t width;  // columns of the longest picture
  float* scores;
};

/// mean [B,S,S], zero where a ragged picture has no tokens.
struct HeadMeanMapArgs {
  AttentionMap map;
  float* mean;
};

}  // namespace tkz
