// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the VisionZip operators; see common/arguments.h.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

enum class MergeMode : int32_t { kTargetPlusMean = 0, kMeanWithTarget = 1 };

/// The lists of tkz_visionzip_selection, contiguous; sizes in VisionZipCounts.
struct VisionZipCounts {
  int64_t dominant, target, merged;
};

/// The budget as it was asked for. In a ragged batch VisionZipCounts are those of max_tokens, and
/// every picture has its own, which are no larger: see counts_of in selection_rule.h.
struct VisionZipBudget {
  int64_t dominant, contextual;
};

struct VisionZipLists {
  int32_t* dominant;
  int32_t* target;
  int32_t* merged;
  int32_t* assign;
  int32_t* member_offset;
  int32_t* member;
  float* scores;
  int32_t* non_finite;
};

/// logits [B,H,S] or patch scores [B,N] (exactly one of the two), key_mean [B,S,d] -> lists.
/// Ragged: logits [1,H,total], scores [1,total] with a place for CLS, key_mean [1,total,d].
struct VisionZipSelectArgs {
  int64_t batch, heads, tokens, dim;
  Ragged ragged;
  VisionZipBudget budget;  // ragged only
  bool has_cls;
  VisionZipCounts counts;
  const float* logits;  // contiguous, or null
  int64_t logits_stride_head;
  const float* scores_in;  // or null; rows of N with this stride
  int64_t scores_in_stride_batch;
  const float* key_mean;  // contiguous
  VisionZipLists lists;
};

/// tokens [B,S,D] + lists -> out [B, dominant + target, D].
struct VisionZipMergeArgs {
  DType dtype;
  int64_t batch, tokens, dim;
  Ragged ragged;
  VisionZipBudget budget;  // ragged only
  VisionZipCounts counts;
  MergeMode mode;
  const void* input;
  int64_t input_stride_batch, input_stride_token;
  const int32_t* dominant;
  const int32_t* target;
  const int32_t* member_offset;
  const int32_t* member;
  void* out;
  int64_t out_stride_batch, out_stride_token;
};

}  // namespace tkz
