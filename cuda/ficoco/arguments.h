// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the steps of FiCoCo-V's layer; see common/arguments.h. N patches follow `first`
// other tokens (CLS, where there is one); r of them are removed, m = N - r are left. Lists of
// patches count patches, lists of positions count tokens. In a ragged batch N, r and m are those of
// the longest picture there can be, which arrays have room for; every picture has its own, which
// are no larger.
#pragma once

#include "score/attention_arguments.h"
#include "select/arguments.h"

namespace tkz {

/// Tokens whose keys are added up at a time: their number, not that of threads, says in which order
/// the mean key comes about.
constexpr int64_t kFicocoKeyTile = 16;

/// What a picture has.
struct FicocoCounts {
  int64_t first, patches, removals;

  TKZ_HOST_DEVICE int64_t tokens() const { return first + patches; }
  TKZ_HOST_DEVICE int64_t kept() const { return patches - removals; }
  TKZ_HOST_DEVICE int64_t left() const { return first + kept(); }

  /// What a picture of so many tokens, no more than these, has: one patch stays.
  TKZ_HOST_DEVICE FicocoCounts within(int64_t tokens) const {
    const int64_t ahead = tokens < first ? tokens : first;
    const int64_t most = tokens > ahead ? tokens - ahead - 1 : 0;
    return {ahead, tokens - ahead, removals < most ? removals : most};
  }
};

/// query [B,H,S,d], keys [B,Hk,S,d] -> the logits of every patch with the mean key of all patches
/// [B,N] and, unless null, those of the token at position 0 with every patch [B,N]; means over
/// heads.
struct FicocoLogitsArgs {
  AttentionInputs in;
  int64_t first;
  float* sums;  // workspace [B, ceil(N / kFicocoKeyTile), Hk * d]
  float* mean;  // workspace [B, Hk * d]
  float* emitted;
  float* cls;

  TKZ_HOST_DEVICE int64_t patches() const { return patches_of(in.longest()); }
  TKZ_HOST_DEVICE int64_t patches_of(int64_t tokens) const {
    return tokens > first ? tokens - first : 0;
  }
  TKZ_HOST_DEVICE int64_t channels() const { return in.key_heads * in.dim; }
  TKZ_HOST_DEVICE int64_t tiles() const { return tiles_of(patches()); }
  TKZ_HOST_DEVICE static int64_t tiles_of(int64_t patches) {
    return (patches + kFicocoKeyTile - 1) / kFicocoKeyTile;
  }
};

/// seen [B,N], special [B,N], cells [B,N] -> scores [B,N] behind the penalty, lists, flag. Ragged:
/// scores end with zeros, lists with -1.
struct FicocoRankArgs {
  int64_t batch;
  FicocoCounts counts;
  Ragged ragged;
  WindowGrid grid;
  float coefficient;
  float seen_share, special_share;  // score = seen_share * seen - special_share * special
  bool unit;                        // of both at length 1
  const float* seen;
  int64_t seen_stride_batch;
  const float* special;
  int64_t special_stride_batch;
  bool special_packed;  // [1,total] of a ragged batch, with a place for tokens that are no patches
  const int32_t* cells;
  int64_t cells_stride_batch;
  float* scores;
  int32_t* removed;     // [B,r] patches, ascending
  int32_t* kept;        // [B,m]
  int32_t* kept_cells;  // [B,m]
  int32_t* rows;        // [B,r] positions of `removed`
  int32_t* columns;     // [B,m] positions of `kept`
  int32_t* non_finite;  // [B]
};

/// What the entries z of one row of correlations hand over: those whose ordered_key is `key` or
/// above take z / sum or, for the softmax, e^(z - shift) / sum.
struct FicocoShare {
  uint32_t key;
  float shift, sum;
  int32_t bad;  // a value of the row is not finite
};

/// correlation [B,r,m] -> targets, weights [B,r,capacity], count [B,r], shares [B,r]. Ragged: rows
/// that a picture does not have list nothing, and have no share.
struct FicocoSharesArgs {
  int64_t batch;
  FicocoCounts counts;
  Ragged ragged;
  int64_t capacity;
  int64_t wanted;  // entries of a row that take part when no two are equal; 1 to m
  double epsilon;  // ragged only, whose pictures have their own `wanted`
  bool softmax;
  const float* correlation;
  int64_t pitch;  // entries from row to row of it
  int32_t* targets;
  float* weights;
  int32_t* count;
  FicocoShare* shares;
};

/// tokens [B,S,D] -> out [B,first + m,D]; adds the flags of the rows to those of the pictures.
/// Ragged: tokens [1,total,D], and rows that a picture does not have are zero.
struct FicocoMergeArgs {
  DType dtype;
  int64_t batch;
  FicocoCounts counts;
  Ragged ragged;
  int64_t dim;
  bool softmax;
  const float* correlation;
  int64_t pitch;  // entries from row to row of it
  const FicocoShare* shares;
  const int32_t* rows;
  const int32_t* columns;
  const void* tokens;
  int64_t tokens_stride_batch, tokens_stride_token;
  void* out;
  int64_t out_stride_batch, out_stride_token;
  int32_t* non_finite;
};

}  // namespace tkz
