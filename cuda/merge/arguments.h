// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the operators that move and merge rows; see common/arguments.h. Indices may be
// anything: one that is out of range means "none".
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

constexpr int kMaxPieces = 8;

/// [B,rows,D]; a batch stride of 0 shows the same rows to every picture.
struct CopyPiece {
  const void* data;
  int64_t stride_batch, stride_row;
  int64_t rows;
};

/// out [B,out_rows,D] from rows of pieces, bit for bit.
struct CopyRowsArgs {
  int64_t element_size;  // 2 or 4 bytes
  int64_t batch, out_rows, dim;
  Ragged ragged;  // pictures of piece 0
  CopyPiece piece[kMaxPieces];
  int32_t piece_count;
  int32_t names_piece;  // 1: the plan is (piece, row) pairs; 0: rows of piece 0
  const int32_t* plan;
  int64_t plan_stride_batch, plan_stride_row;
  void* out;
  int64_t out_stride_batch, out_stride_row;
};

/// out [B,D] = sum of weight * row, over all rows or over those of `index`, in its order.
struct WeightedSumArgs {
  DType dtype;
  int64_t batch, tokens, dim;
  Ragged ragged;
  const void* input;
  int64_t input_stride_batch, input_stride_token;
  const float* weight;  // one per token
  int64_t weight_stride_batch;
  int32_t has_index;  // 0: every token
  const int32_t* index;
  int64_t index_stride_batch, index_count;
  void* out;
  int64_t out_stride_batch;
};

/// What becomes of a target t (weight z) and the weighted sum over its members.
enum class MergeRule : int32_t {
  kTargetPlusMean,  // t + sum / members
  kMeanWithTarget,  // (t + sum) / (1 + members)
  kWeightedMean,    // (z t + sum) / (z + sum of weights)
  kSum              // t + sum
};

/// target [B,targets,D] and source [B,sources,D] -> out [B,targets,D]. A source has `copies`
/// entries, each with a target and a weight; entry e belongs to source e / copies.
struct MergeMembersArgs {
  DType dtype;
  MergeRule rule;
  int64_t batch, targets, sources, copies, dim;
  Ragged target_pictures, source_pictures;
  const void* target;  // null: zeros
  int64_t target_stride_batch, target_stride_row;
  const float* target_weight;  // null: ones
  int64_t target_weight_stride_batch;
  const void* source;
  int64_t source_stride_batch, source_stride_row;
  const float* weight;  // [B,sources,copies]; null: ones
  int64_t weight_stride_batch, weight_stride_row;
  const int32_t* assign;  // [B,sources,copies]
  int64_t assign_stride_batch, assign_stride_row;
  void* out;
  int64_t out_stride_batch, out_stride_row;
  float* out_weight;  // [B,targets] sums of weights; may be null
  int64_t out_weight_stride_batch;

  // Workspace, contiguous: entries grouped by target, ascending inside.
  int32_t* offset;   // [B,targets + 1]
  int32_t* member;   // [B,sources * copies]
  int32_t* scratch;  // as member
};

}  // namespace tkz
