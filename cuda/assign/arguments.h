// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the operators that compare rows by their cosine; see common/arguments.h.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

/// What brings a row to length 1: first `scale`, a power of two that keeps its squares in range,
/// then `inverse`, 1 / length of the scaled row. 0 for a zero row, NaN for one that is not finite.
struct RowNorm {
  float scale, inverse;
};

/// One side of a comparison. Position i of a picture is row list[i], or row i without a list;
/// positions whose row does not exist take no part.
struct CosineRows {
  const void* data;
  int64_t stride_batch, stride_token;
  int64_t tokens;       // rows of every picture; of a ragged one at most
  const int32_t* list;  // [B, listed]; null: all rows
  int64_t listed;
  Ragged ragged;
  RowNorm* norm;  // workspace, one per row
  float* mean;    // workspace [B,d], subtracted from every row; null: nothing is

  int64_t positions() const { return list != nullptr ? listed : tokens; }
};

/// Every source's target of largest cosine, as a position among the targets.
struct CosineAssignArgs {
  DType dtype;
  int64_t batch, dim;
  CosineRows source, target;
  bool shared;          // both sides are rows of the same tensor: one norm and one mean
  int32_t* index;       // one per source position
  float* best;          // likewise; may be null
  int32_t* non_finite;  // [B]; may be null
};

/// All cosines of a picture's rows: out [B,n,n].
struct CosineMatrixArgs {
  DType dtype;
  int64_t batch, dim;
  CosineRows rows;
  float* out;
  int32_t* non_finite;
};

/// A row's mean cosine with all rows of its picture, its own included. `rows.mean` holds the mean
/// of the unit rows; nothing is centred.
struct MeanCosineArgs {
  DType dtype;
  int64_t batch, dim;
  CosineRows rows;
  float* out;  // one per row
  int32_t* non_finite;
};

/// The `wanted` targets of highest cosine for every source, ranked.
struct TopNeighboursArgs {
  DType dtype;
  int64_t batch, dim, wanted;
  CosineRows source, target;
  bool shared;
  bool exclude_self;  // only when shared
  int32_t* index;     // `wanted` per source
  float* similarity;  // likewise
  int32_t* non_finite;
};

}  // namespace tkz
