// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the selection operators; see common/arguments.h. Lists are int32, contiguous, and
// end with -1. `tokens` is N, or max_tokens of a ragged batch. non_finite may be null.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

/// scores [B,N] -> indices [B,k], values [B,k] (or null).
struct TopKArgs {
  int64_t batch, tokens, k;
  bool ranked;  // by descending score instead of ascending index
  Ragged ragged;
  const float* scores;
  int64_t scores_stride_batch;
  int32_t* indices;
  float* values;
  int32_t* non_finite;
};

/// scores [B,N], threshold [B] -> indices [B,capacity], count [B].
struct ThresholdSelectArgs {
  int64_t batch, tokens, capacity;
  Ragged ragged;
  const float* scores;
  int64_t scores_stride_batch;
  const float* threshold;
  int32_t* indices;
  int32_t* count;
  int32_t* non_finite;
};

/// -> indices [B,targets], positions in lists of `tokens` entries.
struct StrideTargetsArgs {
  int64_t batch, tokens, targets;
  Ragged ragged;
  const int32_t* counts;  // [B], or null
  int32_t* indices;
};

/// values [B,R,n] -> indices [B,R,capacity], count [B,R].
struct QuantileSelectArgs {
  int64_t batch, rows, tokens, capacity;
  double epsilon;
  Ragged ragged;
  const int32_t* counts;  // [B], or null
  const float* values;
  int64_t values_stride_batch, values_stride_row;
  int32_t* indices;
  int32_t* count;
  int32_t* non_finite;
};

/// A grid of cells in raster order, cut into complete windows from its first cell on.
struct WindowGrid {
  int32_t grid_h, grid_w, window_h, window_w;
};

/// scores [B,N], position [B,N] -> out [B,N].
struct LocalPenaltyArgs {
  int64_t batch, tokens;
  WindowGrid grid;
  float coefficient;
  Ragged ragged;
  const float* scores;
  int64_t scores_stride_batch;
  const int32_t* position;
  int64_t position_stride_batch;
  float* out;
  int32_t* non_finite;
};

}  // namespace tkz
