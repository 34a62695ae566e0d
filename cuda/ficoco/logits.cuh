// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What FiCoCo-V needs of all queries and keys: the mean logit of every patch with all patches,
// which is its logit with their mean key, and the logits of CLS.
//
// Three launches. Sums: a block owns a tile of tokens and kSumThreads chunks of 16 bytes of their
// keys, a thread per chunk; all of a tile's loads may be in flight. Mean: a thread per channel adds
// the tiles' sums in ascending order. Logits: one warp per token, whose lanes walk the chunks of
// all heads. Bytes moved: queries once, keys twice (the second time mostly from L2).
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "ficoco/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kSumThreads = 128;
constexpr int kMeanThreads = 256;
constexpr int kLogitWarps = 8;

/// kVector: keys may be read 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kSumThreads, 4)
ficoco_sums_kernel(FicocoLogitsArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const AttentionInputs& in = args.in;
  const int64_t chunks = (in.dim + kWidth - 1) / kWidth;  // of a head
  const int64_t pieces = (in.key_heads * chunks + kSumThreads - 1) / kSumThreads;
  const int64_t chunk = block_index() % pieces * kSumThreads + thread_index();
  const int64_t tile = block_index() / pieces % args.tiles();
  const int64_t image = block_index() / pieces / args.tiles();
  const Picture picture = in.ragged.picture(image, in.tokens);
  const int64_t begin = tile * kFicocoKeyTile;
  const int rest = static_cast<int>(args.patches_of(picture.count) - begin);
  if (chunk >= in.key_heads * chunks || rest <= 0) return;

  const int64_t channel = chunk % chunks * kWidth;
  const int64_t left = in.dim - channel;
  const T* keys = static_cast<const T*>(in.keys) +
                  in.ragged.start(image, picture, in.keys_stride_batch, in.keys_stride_token) +
                  chunk / chunks * in.keys_stride_head + channel +
                  (args.first + begin) * in.keys_stride_token;
  const int tokens = rest < kFicocoKeyTile ? rest : static_cast<int>(kFicocoKeyTile);
  float sum[kWidth] = {};
#pragma unroll 8
  for (int token = 0; token < tokens; ++token) {
    const Chunk<T> key = load_chunk<T, kVector>(keys + token * in.keys_stride_token, left);
#pragma unroll
    for (int e = 0; e < kWidth; ++e) sum[e] += to_float(key.element[e]);
  }
  float* const out = args.sums + (image * args.tiles() + tile) * args.channels() +
                     chunk / chunks * in.dim + channel;
#pragma unroll
  for (int e = 0; e < kWidth; ++e) {
    if (e < left) out[e] = sum[e];
  }
}

TKZ_KERNEL(kMeanThreads, 4)
ficoco_mean_kernel(FicocoLogitsArgs args) {
  const int64_t item = static_cast<int64_t>(block_index()) * kMeanThreads + thread_index();
  const AttentionInputs& in = args.in;
  if (item >= in.batch * args.channels()) return;
  const int64_t image = item / args.channels();
  const int64_t patches = args.patches_of(in.ragged.picture(image, in.tokens).count);
  const float* const sums =
      args.sums + image * args.tiles() * args.channels() + item % args.channels();
  const int tiles = static_cast<int>(FicocoLogitsArgs::tiles_of(patches));
  float total = 0.0f;
#pragma unroll 8
  for (int tile = 0; tile < tiles; ++tile) total += sums[tile * args.channels()];
  args.mean[item] = total / static_cast<float>(patches);
}

/// kVector: queries and keys may be read 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kLogitWarps* kWarpSize, 2)
ficoco_logits_kernel(FicocoLogitsArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const AttentionInputs& in = args.in;
  const int64_t item = static_cast<int64_t>(block_index()) * kLogitWarps + warp_index();
  if (item >= in.batch * args.patches()) return;
  const int64_t image = item / args.patches();
  const int64_t token = args.first + item % args.patches();
  const Picture picture = in.ragged.picture(image, in.tokens);
  if (token >= picture.count) return;
  const T* const queries =
      static_cast<const T*>(in.query) +
      in.ragged.start(image, picture, in.query_stride_batch, in.query_stride_token);
  const T* const keys =
      static_cast<const T*>(in.keys) +
      in.ragged.start(image, picture, in.keys_stride_batch, in.keys_stride_token) +
      token * in.keys_stride_token;
  const float* const mean = args.mean + image * args.channels();

  const int chunks = static_cast<int>((in.dim + kWidth - 1) / kWidth);
  const int group = static_cast<int>(in.heads / in.key_heads);
  float emitted = 0.0f;
  float cls = 0.0f;
#pragma unroll 2
  for (int chunk = lane_index(); chunk < in.heads * chunks; chunk += kWarpSize) {
    const int64_t head = chunk / chunks;
    const int64_t channel = chunk % chunks * kWidth;
    const int64_t left = in.dim - channel;
    const T* const query = queries + head * in.query_stride_head + channel;
    const float* const centre = mean + head / group * in.dim + channel;
    const Chunk<T> own = load_chunk<T, kVector>(query + token * in.query_stride_token, left);
#pragma unroll
    for (int e = 0; e < kWidth; ++e) {
      if (e < left) emitted = fma(to_float(own.element[e]), centre[e], emitted);
    }
    if (args.cls == nullptr) continue;
    const Chunk<T> first = load_chunk<T, kVector>(query, left);
    const Chunk<T> key =
        load_chunk<T, kVector>(keys + head / group * in.keys_stride_head + channel, left);
#pragma unroll
    for (int e = 0; e < kWidth; ++e) {
      cls = fma(to_float(first.element[e]), to_float(key.element[e]), cls);
    }
  }
  emitted = warp_sum(emitted);
  cls = warp_sum(cls);
  if (lane_index() != 0) return;
  const float factor = in.scale / static_cast<float>(in.heads);
  args.emitted[item] = factor * emitted;
  if (args.cls != nullptr) args.cls[item] = factor * cls;
}

}  // namespace tkz::TKZ_BACKEND
