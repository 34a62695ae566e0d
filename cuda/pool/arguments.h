// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the pooling operators; see common/arguments.h.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

/// features [B,N,P], text [B,K,P] -> scores [B,N]. N is the most tokens of a picture when ragged.
struct RelevanceArgs {
  DType dtype;
  int64_t batch, tokens, dim, segments;
  Ragged ragged;
  const void* features;
  int64_t features_stride_batch, features_stride_token;
  const void* text;
  int64_t text_stride_batch, text_stride_segment;
  float scale;
  bool softmax;
  float* scores;        // contiguous
  int32_t* non_finite;  // [B] or null
};

/// tokens [B,T,H,W,D], weight [B,T,H,W] -> out [B,T',H',W',D]. T is the most frames of a picture
/// when ragged; the offsets count frames.
struct PromptPool3dArgs {
  DType dtype;
  int64_t batch, extent[3], dim;  // extent: T, H, W
  Ragged ragged;
  int64_t kernel[3], stride[3], output[3];
  float temperature;
  const void* tokens;
  int64_t tokens_stride[4];  // batch, frame, row, column
  const float* weight;       // null: plain average
  int64_t weight_stride[4];
  void* out;
  int64_t out_stride[4];
  int32_t* non_finite;  // [B] or null
};

/// Windows of `kernel` cells, `stride` apart, that fit into `extent` cells; at most `most`.
TKZ_HOST_DEVICE inline int64_t windows_within(int64_t extent, int64_t kernel, int64_t stride,
                                              int64_t most) {
  if (extent < kernel) return 0;
  const int64_t fit = (extent - kernel) / stride + 1;
  return fit < most ? fit : most;
}

/// Whether one of `windows` windows of `kernel` cells, `stride` apart, holds cell `cell`.
TKZ_HOST_DEVICE inline bool is_in_window(int64_t cell, int64_t kernel, int64_t stride,
                                         int64_t windows) {
  if (windows <= 0) return false;
  const int64_t last = cell / stride < windows ? cell / stride : windows - 1;
  return cell - last * stride < kernel;
}

}  // namespace tkz
