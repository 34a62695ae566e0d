// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention of one query from its logits: softmax per head over all tokens, summed over heads.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"

namespace tkz::TKZ_BACKEND {

constexpr float kLog2E = 1.4426950408889634f;

/// What turns a logit of one head into its probability: ex2(logit * log2(e) - shift) * factor.
struct Softmax {
  float shift;
  float factor;
};

/// The softmax of one head over logits [tokens], computed by one warp; sets *bad at a NaN or
/// infinity.
TKZ_DEVICE Softmax warp_softmax(const float* logits, int tokens, bool* bad) {
  float maximum = -kInfinity;
#pragma unroll 4
  for (int token = lane_index(); token < tokens; token += kWarpSize) {
    maximum = fmaxf(maximum, logits[token]);
    *bad |= !is_finite(logits[token]);
  }
  const float shift = warp_max(maximum) * kLog2E;
  float sum = 0.0f;
#pragma unroll 4
  for (int token = lane_index(); token < tokens; token += kWarpSize) {
    sum += ex2(fma(logits[token], kLog2E, -shift));
  }
  return {shift, 1.0f / warp_sum(sum)};
}

/// Probability of one token summed over heads in ascending order; logits points at its first head.
TKZ_DEVICE float sum_over_heads(const float* logits, int heads, int64_t head_stride,
                                const Softmax* softmax) {
  float score = 0.0f;
#pragma unroll 4
  for (int head = 0; head < heads; ++head) {
    const float logit = logits[head * head_stride];
    score += ex2(fma(logit, kLog2E, -softmax[head].shift)) * softmax[head].factor;
  }
  return score;
}

}  // namespace tkz::TKZ_BACKEND
