// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the operators that read attention off queries and keys; see common/arguments.h.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"
#include "score/arguments.h"

namespace tkz {

/// query [B,H,S,d], keys [B,Hk,S,d]. Ragged: one batch entry, and `tokens` is the total.
struct AttentionInputs {
  DType dtype;
  int64_t batch, heads, key_heads, tokens, dim;
  const void* query;
  int64_t query_stride_batch, query_stride_head, query_stride_token;
  const void* keys;
  int64_t keys_stride_batch, keys_stride_head, keys_stride_token;
  float scale;
  Ragged ragged;

  TKZ_HOST_DEVICE int64_t longest() const { return ragged.longest(tokens); }
};

/// A value per head and query row. Rows of the tensors: [B,H,S], ragged [H,total]. Padded: those of
/// a list, or of the longest picture, [B,H,rows].
struct RowValues {
  float* data;
  bool padded;
  int64_t rows;  // of a padded picture

  TKZ_HOST_DEVICE float* head(const AttentionInputs& in, int64_t image, const Picture& picture,
                              int64_t head) const {
    if (padded) return data + (image * in.heads + head) * rows;
    return data + in.ragged.start(image, picture, in.heads * in.tokens, 1) + head * in.tokens;
  }
};

/// Log-sum-exp of every query row, or of the rows of a list [B,lse.rows] (lse is padded then).
struct RowLseArgs {
  AttentionInputs in;
  const int32_t* row_index;
  RowValues lse;
};

/// scores [B,width], or [B,H,width] per head.
struct AttentionReceivedArgs {
  AttentionInputs in;
  Range rows, columns;
  int64_t width;  // columns of the longest picture
  bool per_head;
  RowValues lse;        // null data, on the CPU only: found on the way
  float* partials;      // workspace [B,H,width] unless per head
  float* scratch;       // CPU only: `slots` times received_scratch()
  int64_t slots;        // threads that can work at once
  float* scores;        // contiguous
  int32_t* non_finite;  // [B] or null
};

/// Columns and floats per column that one thread of the CPU twin needs room for: packed keys and
/// eight rows of logits.
constexpr int64_t received_columns(int64_t tokens) { return (tokens + 31) / 32 * 32; }
constexpr int64_t received_depth(int64_t dim) { return dim + 8; }
constexpr int64_t received_scratch(int64_t tokens, int64_t dim) {
  return received_columns(tokens) * received_depth(dim);
}

/// out [B,rows,columns] for the rows and columns of lists; null lists stand for all tokens.
struct HeadMeanArgs {
  AttentionInputs in;
  const int32_t* row_index;  // [B,rows]
  int64_t rows;
  const int32_t* col_index;  // [B,columns]
  int64_t columns;
  RowValues lse;  // of probabilities; padded: of the listed rows
  float* out;     // contiguous
};

/// The token that entry `i` of a list stands for: -1 beyond `count` tokens.
TKZ_HOST_DEVICE constexpr int64_t listed_token(const int32_t* list, int64_t i, int64_t count) {
  const int64_t token = list == nullptr ? i : list[i];
  return token < count ? token : -1;
}

}  // namespace tkz
