// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What a kernel is told, as plain structs: already checked, sizes all known on the host. The CPU
// twin, the CUDA launcher and the emulated launcher of an operator take the same struct. Strides
// are in elements, the last dimension has stride 1. Shape letters: see tokenzip.h.
#pragma once

#include <cstdint>

namespace tkz {

enum class DType : int32_t { kF32 = 0, kF16 = 1, kBF16 = 2 };
enum class MergeMode : int32_t { kTargetPlusMean = 0, kMeanWithTarget = 1 };

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

/// The lists of tkz_visionzip_selection, contiguous; sizes in VisionZipCounts.
struct VisionZipCounts {
  int64_t dominant, target, merged;
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
struct VisionZipSelectArgs {
  int64_t batch, heads, tokens, dim;
  bool has_cls;
  VisionZipCounts counts;
  const float* logits;     // contiguous, or null
  const float* scores_in;  // or null; rows of N with this stride
  int64_t scores_in_stride_batch;
  const float* key_mean;  // contiguous
  VisionZipLists lists;
};

/// tokens [B,S,D] + lists -> out [B, dominant + target, D].
struct VisionZipMergeArgs {
  DType dtype;
  int64_t batch, tokens, dim;
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
