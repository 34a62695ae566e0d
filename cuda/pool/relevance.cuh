// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Relevance of tokens to a text: cosines, then a softmax over all tokens of a picture (METHODS:
// PPLLaVA, vision-prompt alignment, step 3; CDPruner, step 1).
//
// relevance_kernel: a block owns kRelevanceTokens tokens of one picture. It forms the sum of the
// text's unit vectors in shared memory (4 P bytes), which turns the mean of K cosines into one dot
// product per token; then a warp takes one token after the other, 16 bytes per lane. Bytes moved:
// the features once, 4 N written; the text comes from L2.
//
// relevance_finish_kernel: one block per picture goes over its logits, which L1 holds: softmax in
// place, and whether all are finite. Bytes moved: 8 N.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "pool/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kRelevanceWarps = 8;
constexpr int kRelevanceTokens = 32;
constexpr int kFinishThreads = 1024;

/// A vector's length and its dot product with another, both of the vector divided by `divisor`.
struct Length {
  float divisor, length, dot;
};

/// Squares beyond these may overflow, or lose what underflows.
constexpr float kSmallestSquare = 8.7e-19f;  // 2^-60
constexpr float kLargestSquare = 1.2e27f;    // 2^90

/// Length of `row` and its dot product with `other` (null: not wanted), by one warp. Lengths whose
/// squares leave fp32 are measured after division by the largest component.
template <typename T, bool kVector>
TKZ_DEVICE Length warp_length(const T* row, const float* other, int dim) {
  constexpr int kWidth = Chunk<T>::kWidth;
  float square = 0.0f, dot = 0.0f;
#pragma unroll 4
  for (int channel = lane_index() * kWidth; channel < dim; channel += kWarpSize * kWidth) {
    const Chunk<T> chunk = load_chunk<T, kVector>(row + channel, dim - channel);
#pragma unroll
    for (int e = 0; e < kWidth; ++e) {
      const float value = to_float(chunk.element[e]);
      square = fma(value, value, square);
      if (other != nullptr && channel + e < dim) dot = fma(value, other[channel + e], dot);
    }
  }
  square = warp_sum(square);
  dot = warp_sum(dot);
  if (square >= kSmallestSquare && square <= kLargestSquare) return {1.0f, sqrtf(square), dot};

  float largest = 0.0f;
  for (int channel = lane_index(); channel < dim; channel += kWarpSize) {
    largest = fmaxf(largest, fabsf(to_float(row[channel])));
  }
  largest = warp_max(largest);
  if (largest == 0.0f) largest = 1.0f;
  square = 0.0f;
  dot = 0.0f;
  for (int channel = lane_index(); channel < dim; channel += kWarpSize) {
    const float value = to_float(row[channel]) / largest;
    square = fma(value, value, square);
    if (other != nullptr) dot = fma(value, other[channel], dot);
  }
  return {largest, sqrtf(warp_sum(square)), warp_sum(dot)};
}

/// kVector: rows of features may be read 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kRelevanceWarps* kWarpSize, 3)
relevance_kernel(RelevanceArgs args) {
  const int dim = static_cast<int>(args.dim);
  const int tiles = static_cast<int>((args.tokens + kRelevanceTokens - 1) / kRelevanceTokens);
  const int64_t image = block_index() / tiles;
  const int64_t first = static_cast<int64_t>(block_index() % tiles) * kRelevanceTokens;
  const Picture picture = args.ragged.picture(image, args.tokens);
  if (first >= picture.count) return;

  auto* const unit = reinterpret_cast<float*>(shared_memory());  // [P]: the text's unit vectors
  const T* text = static_cast<const T*>(args.text) + image * args.text_stride_batch;
  for (int64_t segment = 0; segment < args.segments; ++segment) {
    const T* row = text + segment * args.text_stride_segment;
    const Length text_length = warp_length<T, false>(row, nullptr, dim);
    const float inverse =
        text_length.length > 0.0f ? 1.0f / text_length.length : text_length.length;
    for (int channel = thread_index(); channel < dim; channel += kRelevanceWarps * kWarpSize) {
      const float value = to_float(row[channel]) / text_length.divisor * inverse;
      unit[channel] = segment == 0 ? value : unit[channel] + value;
    }
  }
  syncthreads();  // the whole text is there

  const T* features =
      static_cast<const T*>(args.features) +
      args.ragged.start(image, picture, args.features_stride_batch, args.features_stride_token);
  float* scores = args.scores + args.ragged.start(image, picture, args.tokens, 1);
  const float segments = static_cast<float>(args.segments);
  for (int i = warp_index(); i < kRelevanceTokens; i += kRelevanceWarps) {
    const int64_t token = first + i;
    if (token >= picture.count) break;
    const Length row =
        warp_length<T, kVector>(features + token * args.features_stride_token, unit, dim);
    // A zero row has dot 0 and length 0; a NaN in either stays one.
    const float cosine = row.length == 0.0f ? row.dot : row.dot / row.length;
    if (lane_index() == 0) scores[token] = args.scale * (cosine / segments);
  }
}

/// Maximum over the block, the same on every thread. `partial` holds one float per warp.
TKZ_DEVICE float finish_max(float value, float* partial) {
  const float maximum = warp_max(value);
  if (lane_index() == 0) partial[warp_index()] = maximum;
  syncthreads();  // every warp's maximum is there
  return warp_max(partial[lane_index()]);
}

TKZ_DEVICE float finish_sum(float value, float* partial) {
  const float sum = warp_sum(value);
  if (lane_index() == 0) partial[warp_index()] = sum;
  syncthreads();  // every warp's sum is there
  return warp_sum(partial[lane_index()]);
}

TKZ_KERNEL(kFinishThreads, 1)
relevance_finish_kernel(RelevanceArgs args) {
  static_assert(kFinishThreads == kWarpSize * kWarpSize, "a warp reduces one value per warp");
  constexpr float kLog2E = 1.4426950408889634f;
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.tokens);
  float* scores = args.scores + args.ragged.start(image, picture, args.tokens, 1);
  auto* const partial = reinterpret_cast<float*>(shared_memory());  // [2][32]

  float maximum = -kInfinity;
  bool bad = false;
#pragma unroll 4
  for (int64_t token = thread_index(); token < picture.count; token += kFinishThreads) {
    maximum = fmaxf(maximum, scores[token]);
    bad |= !is_finite(scores[token]);
  }
  const int bad_threads = syncthreads_count(bad);
  if (args.non_finite != nullptr && thread_index() == 0) {
    args.non_finite[image] = bad_threads > 0 ? 1 : 0;
  }
  if (!args.softmax) return;

  maximum = finish_max(maximum, partial);
  float sum = 0.0f;
#pragma unroll 4
  for (int64_t token = thread_index(); token < picture.count; token += kFinishThreads) {
    sum += ex2((scores[token] - maximum) * kLog2E);
  }
  const float factor = 1.0f / finish_sum(sum, partial + kWarpSize);
#pragma unroll 4
  for (int64_t token = thread_index(); token < picture.count; token += kFinishThreads) {
    scores[token] = ex2((scores[token] - maximum) * kLog2E) * factor;
  }
}

}  // namespace tkz::TKZ_BACKEND
