// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One read of the keys gives both inputs of VisionZip: the scaled logits of one query per head and
// the mean of the keys over heads.
//
// Geometry: one warp per token, kTokensPerBlock tokens of one picture per block. A head is a run of
// ceil(d / chunk) lanes with 16 bytes each, so one load of the warp covers several heads (four at d
// = 64 in 16 bits); four such loads are in flight. The query, scaled and in fp32, is shared memory:
// H * d * 4 bytes, rows padded to whole chunks. Bytes moved: the keys once, 4 S (H + d) written.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "score/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kTokensPerBlock = 8;
constexpr int kLoadsInFlight = 4;

/// Sum of `value` over the run of `chunks` lanes that starts at this lane's `column` 0, on that
/// lane.
TKZ_DEVICE float run_sum(float value, int column, int chunks) {
#pragma unroll
  for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
    if (offset >= chunks) continue;
    const float other = shfl(value, (lane_index() + offset) & (kWarpSize - 1));
    if (column < offset && column + offset < chunks) value += other;
  }
  return value;
}

/// kVector: keys and key_mean may be accessed 16 bytes at a time. kChunks: chunks per head when it
/// is known at compile time, else 0.
template <typename T, bool kVector, int kChunks>
TKZ_KERNEL(kTokensPerBlock* kWarpSize, 2)
cls_logits_key_mean_kernel(ClsLogitsKeyMeanArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int heads = static_cast<int>(args.heads);
  const int dim = static_cast<int>(args.dim);
  const int chunks = kChunks > 0 ? kChunks : (dim + kWidth - 1) / kWidth;
  const int padded_dim = chunks * kWidth;
  const int tiles =
      static_cast<int>((args.ragged.longest(args.tokens) + kTokensPerBlock - 1) / kTokensPerBlock);
  const int64_t image = block_index() / tiles;
  const int64_t token = block_index() % tiles * kTokensPerBlock + warp_index();
  const Picture picture = args.ragged.picture(image, args.tokens);

  auto* const query = reinterpret_cast<float*>(shared_memory());  // [H][padded d]
  if (args.query != nullptr) {
    const T* source = static_cast<const T*>(args.query) + image * args.query_stride_batch;
    for (int i = thread_index(); i < heads * padded_dim; i += kTokensPerBlock * kWarpSize) {
      const int head = i / padded_dim;
      const int channel = i % padded_dim;
      query[i] = channel < dim
                     ? args.scale * to_float(source[head * args.query_stride_head + channel])
                     : 0.0f;
    }
    syncthreads();  // the query is there
  }
  if (token >= picture.count) return;

  const int groups = kWarpSize / chunks;  // heads in one load of the warp
  const int group = lane_index() / chunks;
  const int column = lane_index() % chunks;
  const int channel = column * kWidth;
  const T* keys =
      static_cast<const T*>(args.keys) +
      args.ragged.start(image, picture, args.keys_stride_batch, args.keys_stride_token) +
      token * args.keys_stride_token + channel;
  const int64_t logit = args.ragged.start(image, picture, heads * args.tokens, 1) + token;
  float sum[kWidth] = {};
  for (int first = 0; first < heads; first += kLoadsInFlight * groups) {
    Chunk<T> chunk[kLoadsInFlight];
#pragma unroll
    for (int i = 0; i < kLoadsInFlight; ++i) {
      const int head = first + i * groups + group;
      chunk[i].raw = Vec128{};
      if (group < groups && head < heads) {
        chunk[i] = load_chunk<T, kVector>(keys + head * args.keys_stride_head, dim - channel);
      }
    }
#pragma unroll
    for (int i = 0; i < kLoadsInFlight; ++i) {
      if (first + i * groups >= heads) break;
      const int head = first + i * groups + group;
      const bool is_mine = group < groups && head < heads;
      const float* q = query + (is_mine ? head * padded_dim + channel : 0);
      float dot = 0.0f;
#pragma unroll
      for (int e = 0; e < kWidth; ++e) {
        const float key = to_float(chunk[i].element[e]);
        sum[e] += key;
        if (args.query != nullptr) dot = fma(q[e], key, dot);
      }
      if (args.query != nullptr) {
        dot = run_sum(dot, column, chunks);
        if (is_mine && column == 0) {
          args.logits[logit + head * args.tokens] = dot;
        }
      }
    }
  }

  Chunk<float> mean[kWidth / 4];
#pragma unroll
  for (int e = 0; e < kWidth; ++e) {
    float total = sum[e];
    for (int g = 1; g < groups; ++g) {
      total += shfl(sum[e], (lane_index() + g * chunks) & (kWarpSize - 1));
    }
    mean[e / 4].element[e % 4] = total / static_cast<float>(heads);
  }
  if (group != 0) return;
  float* out =
      args.key_mean + (args.ragged.start(image, picture, args.tokens, 1) + token) * dim + channel;
#pragma unroll
  for (int part = 0; part < kWidth / 4; ++part) {
    store_chunk<float, kVector>(out + 4 * part, mean[part], dim - channel - 4 * part);
  }
}

}  // namespace tkz::TKZ_BACKEND
