// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// From checked tensors to the argument structs of the operators.
#pragma once

#include "common/ragged.h"
#include "operator_list.h"
#include "tokenzip/tokenzip.h"

namespace tkz {

/// The values of tkz_dtype and DType are the same for what the operators take.
inline DType dtype_of(const tkz_tensor& tensor) { return static_cast<DType>(tensor.dtype); }

/// `total`: rows of the packed tensors; what no tensor is packed by has INT32_MAX.
inline Ragged ragged_of(const tkz_ragged* ragged, int64_t total = INT32_MAX) {
  if (ragged == nullptr) return {nullptr, 0, 0};
  return {ragged->offsets, total, ragged->max_tokens};
}

inline ClsLogitsKeyMeanArgs cls_logits_key_mean_args(const tkz_tensor* query,
                                                     const tkz_tensor& keys, float scale,
                                                     float* logits, float* key_mean) {
  ClsLogitsKeyMeanArgs args = {};
  args.dtype = dtype_of(keys);
  args.batch = keys.shape[0];
  args.heads = keys.shape[1];
  args.tokens = keys.shape[2];
  args.dim = keys.shape[3];
  if (query != nullptr) {
    args.query = query->data;
    args.query_stride_batch = query->stride[0];
    args.query_stride_head = query->stride[1];
  }
  args.keys = keys.data;
  args.keys_stride_batch = keys.stride[0];
  args.keys_stride_head = keys.stride[1];
  args.keys_stride_token = keys.stride[2];
  args.scale = scale;
  args.logits = logits;
  args.key_mean = key_mean;
  return args;
}

inline AttentionMapArgs attention_map_args(const tkz_tensor& map, int64_t row,
                                           const tkz_tensor& scores) {
  AttentionMapArgs args = {};
  args.dtype = dtype_of(map);
  args.batch = map.shape[0];
  args.heads = map.shape[1];
  args.tokens = map.shape[2];
  args.row = row;
  args.map = map.data;
  args.map_stride_batch = map.stride[0];
  args.map_stride_head = map.stride[1];
  args.map_stride_row = map.stride[2];
  args.scores = static_cast<float*>(scores.data);
  return args;
}

inline VisionZipLists lists_of(const tkz_visionzip_selection& s) {
  return {s.dominant,      s.target, s.merged, s.assign,
          s.member_offset, s.member, s.scores, s.non_finite};
}

inline VisionZipMergeArgs visionzip_merge_args(const tkz_visionzip_params& params,
                                               const VisionZipCounts& counts,
                                               const tkz_tensor& tokens,
                                               const tkz_visionzip_selection& selection,
                                               const tkz_tensor& out) {
  VisionZipMergeArgs args = {};
  args.dtype = dtype_of(tokens);
  args.batch = tokens.shape[0];
  args.tokens = tokens.shape[1];
  args.dim = tokens.shape[2];
  args.counts = counts;
  args.mode = static_cast<MergeMode>(params.merge_mode);
  args.input = tokens.data;
  args.input_stride_batch = tokens.stride[0];
  args.input_stride_token = tokens.stride[1];
  args.dominant = selection.dominant;
  args.target = selection.target;
  args.member_offset = selection.member_offset;
  args.member = selection.member;
  args.out = out.data;
  args.out_stride_batch = out.stride[0];
  args.out_stride_token = out.stride[1];
  return args;
}

}  // namespace tkz
