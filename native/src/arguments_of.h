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

/// Elements between neighbours in dimension `dim`. A tensor without elements has no distances: what
/// its strides say is not looked at, and its memory, which may be null, is not counted from.
inline int64_t stride_of(const tkz_tensor& tensor, int dim) {
  for (int i = 0; i < tensor.ndim; i++) {
    if (tensor.shape[i] == 0) return 0;
  }
  return tensor.stride[dim];
}

/// `total`: rows of the packed tensors; what no tensor is packed by has INT32_MAX.
inline Ragged ragged_of(const tkz_ragged* ragged, int64_t total = INT32_MAX) {
  if (ragged == nullptr) return {nullptr, 0, 0};
  return {ragged->offsets, total, ragged->max_tokens};
}

/// Queries [B,H,S,d] and keys [B,G,S,d] of `batch` pictures, packed in a ragged batch.
inline AttentionInputs attention_inputs(int64_t batch, const tkz_ragged* ragged, float scale,
                                        const tkz_tensor& query, const tkz_tensor& keys) {
  AttentionInputs in = {};
  in.dtype = dtype_of(keys);
  in.batch = batch;
  in.heads = query.shape[1];
  in.key_heads = keys.shape[1];
  in.tokens = keys.shape[2];
  in.dim = keys.shape[3];
  in.query = query.data;
  in.query_stride_batch = stride_of(query, 0);
  in.query_stride_head = stride_of(query, 1);
  in.query_stride_token = stride_of(query, 2);
  in.keys = keys.data;
  in.keys_stride_batch = stride_of(keys, 0);
  in.keys_stride_head = stride_of(keys, 1);
  in.keys_stride_token = stride_of(keys, 2);
  in.scale = scale;
  in.ragged = ragged_of(ragged, keys.shape[2]);
  return in;
}

inline ClsLogitsKeyMeanArgs cls_logits_key_mean_args(const tkz_tensor* query,
                                                     const tkz_tensor& keys, float scale,
                                                     float* logits, float* key_mean,
                                                     const tkz_ragged* ragged = nullptr) {
  ClsLogitsKeyMeanArgs args = {};
  args.dtype = dtype_of(keys);
  args.batch = ragged != nullptr ? ragged->batch : keys.shape[0];
  args.ragged = ragged_of(ragged, keys.shape[2]);
  // All outputs are packed: no picture has more tokens than there are.
  if (args.ragged.max_tokens > args.ragged.total) args.ragged.max_tokens = args.ragged.total;
  args.heads = keys.shape[1];
  args.tokens = keys.shape[2];
  args.dim = keys.shape[3];
  if (query != nullptr) {
    args.query = query->data;
    args.query_stride_batch = stride_of(*query, 0);
    args.query_stride_head = stride_of(*query, 1);
  }
  args.keys = keys.data;
  args.keys_stride_batch = stride_of(keys, 0);
  args.keys_stride_head = stride_of(keys, 1);
  args.keys_stride_token = stride_of(keys, 2);
  args.scale = scale;
  args.logits = logits;
  args.key_mean = key_mean;
  return args;
}

/// `total`: as in ragged_of.
inline AttentionMap attention_map_of(const tkz_tensor& map, const tkz_ragged* ragged,
                                     int64_t total = INT32_MAX) {
  AttentionMap result = {};
  result.dtype = dtype_of(map);
  result.batch = map.shape[0];
  result.heads = map.shape[1];
  result.tokens = map.shape[2];
  result.data = map.data;
  result.stride_batch = stride_of(map, 0);
  result.stride_head = stride_of(map, 1);
  result.stride_row = stride_of(map, 2);
  result.ragged = ragged_of(ragged, total);
  return result;
}

inline VisionZipLists lists_of(const tkz_visionzip_selection& s) {
  return {s.dominant,      s.target, s.merged, s.assign,
          s.member_offset, s.member, s.scores, s.non_finite};
}

inline VisionZipMergeArgs visionzip_merge_args(const tkz_visionzip_params& params,
                                               const VisionZipCounts& counts,
                                               const tkz_ragged* ragged, const tkz_tensor& tokens,
                                               const tkz_visionzip_selection& selection,
                                               const tkz_tensor& out) {
  VisionZipMergeArgs args = {};
  args.dtype = dtype_of(tokens);
  args.batch = ragged != nullptr ? ragged->batch : tokens.shape[0];
  args.tokens = ragged != nullptr ? ragged->max_tokens : tokens.shape[1];
  args.dim = tokens.shape[2];
  args.ragged = ragged_of(ragged, tokens.shape[1]);
  args.budget = {params.dominant, params.contextual};
  args.counts = counts;
  args.mode = static_cast<MergeMode>(params.merge_mode);
  args.input = tokens.data;
  args.input_stride_batch = stride_of(tokens, 0);
  args.input_stride_token = stride_of(tokens, 1);
  args.dominant = selection.dominant;
  args.target = selection.target;
  args.member_offset = selection.member_offset;
  args.member = selection.member;
  args.out = out.data;
  args.out_stride_batch = stride_of(out, 0);
  args.out_stride_token = stride_of(out, 1);
  return args;
}

}  // namespace tkz
