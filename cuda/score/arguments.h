// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the score operators; see common/arguments.h.
#pragma once

#include "common/arguments.h"

namespace tkz {

/// keys [B,H,S,d] -> key_mean [B,S,d]; with a query [B,H,d] also logits [B,H,S].
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
};

/// map [B,H,S,S] -> scores [B,S], from one row (sum over heads) or from all rows (mean received).
struct AttentionMapArgs {
  DType dtype;
  int64_t batch, heads, tokens;
  int64_t row;  // AttnRow only
  const void* map;
  int64_t map_stride_batch, map_stride_head, map_stride_row;
  float* scores;  // contiguous
};

}  // namespace tkz
