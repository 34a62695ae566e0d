// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention that one query per picture pays to every token: logits and partial softmax sums first,
// probabilities summed over heads second.
//
// Logits: a block owns up to kRowQueries query heads of one key head and one tile of tokens. A key
// row is a run of 1 to 32 lanes with 16 bytes each (twice that for fp32 rows above 128), so one
// load of the warp covers 32 / run tokens; four such loads are in flight and every query head of
// the group reads the same registers. Shared memory: the scaled queries in fp32, at most 8 KiB.
// Scores: a thread per token; every block puts the partial sums of all heads together itself, in
// ascending order of the tiles. Shared memory: 8 H. Bytes moved: the keys once, 4 H S written and
// read three times (the second and third time from L2), 4 S written.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "score/arguments.h"
#include "score/softmax_scores.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kRowLogitWarps = 4;
constexpr int kRowLogitThreads = kRowLogitWarps * kWarpSize;
constexpr int kRowQueries = 8;
constexpr int kRowLoads = 4;
constexpr int kRowScoreThreads = 256;

/// Query heads that share a key head, in pieces of one block.
TKZ_HOST_DEVICE constexpr int row_query_pieces(int64_t heads, int64_t key_heads) {
  return static_cast<int>((heads / key_heads + kRowQueries - 1) / kRowQueries);
}

/// Lanes that hold one key row: a power of two.
TKZ_HOST_DEVICE constexpr int row_lanes(int chunks) {
  int lanes = 1;
  while (lanes < chunks && lanes < kWarpSize) lanes *= 2;
  return lanes;
}

/// e^x for x <= 0.
TKZ_DEVICE float exp_nonpositive(float x) { return ex2(x * kLog2E); }

/// One tile's part of the softmax of `logits`, computed by one warp.
TKZ_DEVICE PartialSoftmax warp_partial_softmax(const float* logits, int64_t begin, int64_t end) {
  float maximum = -kInfinity;
  bool bad = false;
#pragma unroll 2
  for (int64_t token = begin + lane_index(); token < end; token += kWarpSize) {
    maximum = fmaxf(maximum, logits[token]);
    bad |= !is_finite(logits[token]);
  }
  maximum = warp_max(maximum);
  float sum = 0.0f;
#pragma unroll 2
  for (int64_t token = begin + lane_index(); token < end; token += kWarpSize) {
    sum += exp_nonpositive(logits[token] - maximum);
  }
  sum = warp_sum(sum);
  constexpr uint32_t kNan = 0x7fc00000u;
  return {maximum, ballot(bad) != 0 ? bits_to_float(kNan) : sum};
}

/// kVector: keys may be read 16 bytes at a time. kParts: chunks of a key row that a lane holds.
template <typename T, bool kVector, int kParts>
TKZ_KERNEL(kRowLogitThreads, 5)
attention_row_logits_kernel(AttentionRowArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int heads = static_cast<int>(args.heads);
  const int key_heads = static_cast<int>(args.key_heads);
  const int dim = static_cast<int>(args.dim);
  const int group = heads / key_heads;
  const int pieces = row_query_pieces(heads, key_heads);
  const int64_t longest = args.ragged.longest(args.tokens);
  const int tiles = static_cast<int>(most_row_tiles(longest));
  int64_t block = block_index();
  const int piece = static_cast<int>(block % pieces);
  block /= pieces;
  const int key_head = static_cast<int>(block % key_heads);
  block /= key_heads;
  const int64_t tile = block % tiles;
  const int64_t image = block / tiles;

  const Picture picture = args.ragged.picture(image, args.tokens);
  const int64_t tile_tokens = row_tile_tokens(picture.count);
  const int64_t begin = tile * tile_tokens;
  if (begin >= picture.count) return;
  const int64_t end = begin + tile_tokens < picture.count ? begin + tile_tokens : picture.count;
  const int first_head = key_head * group + piece * kRowQueries;
  const int left = group - piece * kRowQueries;
  const int queries = left < kRowQueries ? left : kRowQueries;

  const int lanes = row_lanes((dim + kWidth - 1) / kWidth);
  const int padded_dim = kParts * lanes * kWidth;
  auto* const query = reinterpret_cast<float*>(shared_memory());  // [queries][padded d]
  const T* source = static_cast<const T*>(args.query) + image * args.query_stride_batch +
                    first_head * args.query_stride_head;
  for (int i = thread_index(); i < queries * padded_dim; i += kRowLogitThreads) {
    const int channel = i % padded_dim;
    query[i] =
        channel < dim
            ? args.scale * to_float(source[i / padded_dim * args.query_stride_head + channel])
            : 0.0f;
  }
  syncthreads();  // the queries are there

  const T* keys = static_cast<const T*>(args.keys) + key_head * args.keys_stride_head +
                  args.ragged.start(image, picture, args.keys_stride_batch, args.keys_stride_token);
  float* logits = args.logits + (image * heads + first_head) * longest;
  const int column = lane_index() % lanes;
  const int tokens_per_load = kWarpSize / lanes;
  const int tokens_per_warp = kRowLoads * tokens_per_load;
  for (int64_t base = begin + warp_index() * tokens_per_warp; base < end;
       base += kRowLogitWarps * tokens_per_warp) {
    const int64_t token = base + lane_index() / lanes;
    Chunk<T> chunk[kRowLoads][kParts];
#pragma unroll
    for (int i = 0; i < kRowLoads; ++i) {
      const bool is_inside = token + i * tokens_per_load < end;
#pragma unroll
      for (int part = 0; part < kParts; ++part) {
        const int channel = (part * lanes + column) * kWidth;
        chunk[i][part].raw = Vec128{};
        if (is_inside && channel < dim) {
          chunk[i][part] = load_chunk<T, kVector>(
              keys + (token + i * tokens_per_load) * args.keys_stride_token + channel,
              dim - channel);
        }
      }
    }
    for (int q = 0; q < queries; ++q) {
      float dot[kRowLoads] = {};
#pragma unroll
      for (int part = 0; part < kParts; ++part) {
        const auto* weights = reinterpret_cast<const Chunk<float>*>(
            query + q * padded_dim + (part * lanes + column) * kWidth);
#pragma unroll
        for (int quarter = 0; quarter < kWidth / 4; ++quarter) {
          const Chunk<float> weight = weights[quarter];
#pragma unroll
          for (int e = 0; e < 4; ++e) {
#pragma unroll
            for (int i = 0; i < kRowLoads; ++i) {
              dot[i] =
                  fma(weight.element[e], to_float(chunk[i][part].element[4 * quarter + e]), dot[i]);
            }
          }
        }
      }
#pragma unroll
      for (int i = 0; i < kRowLoads; ++i) {
        for (int offset = lanes / 2; offset > 0; offset /= 2) {
          dot[i] += shfl(dot[i], lane_index() ^ offset);
        }
        if (column == 0 && token + i * tokens_per_load < end) {
          logits[q * longest + token + i * tokens_per_load] = dot[i];
        }
      }
    }
  }
  syncthreads();  // every warp's logits of this tile are written
  for (int q = warp_index(); q < queries; q += kRowLogitWarps) {
    const PartialSoftmax partial = warp_partial_softmax(logits + q * longest, begin, end);
    if (lane_index() == 0) args.partials[(image * tiles + tile) * heads + first_head + q] = partial;
  }
}

TKZ_KERNEL(kRowScoreThreads, 4)
attention_row_scores_kernel(AttentionRowArgs args) {
  const int heads = static_cast<int>(args.heads);
  const int64_t longest = args.ragged.longest(args.tokens);
  // A picture without tokens has a block all the same: its flag is to be written.
  const int blocks =
      longest > 0 ? static_cast<int>((longest + kRowScoreThreads - 1) / kRowScoreThreads) : 1;
  const int64_t image = block_index() / blocks;
  const int64_t token =
      static_cast<int64_t>(block_index() % blocks) * kRowScoreThreads + thread_index();
  const Picture picture = args.ragged.picture(image, args.tokens);

  const int64_t tile_tokens = row_tile_tokens(picture.count);
  const int tiles = static_cast<int>((picture.count + tile_tokens - 1) / tile_tokens);
  const PartialSoftmax* partials = args.partials + image * most_row_tiles(longest) * heads;
  auto* const softmax = reinterpret_cast<PartialSoftmax*>(shared_memory());  // [H], sum inverted
  bool bad = false;
  for (int head = thread_index(); head < heads; head += kRowScoreThreads) {
    float maximum = -kInfinity;
#pragma unroll 4
    for (int tile = 0; tile < tiles; ++tile) {
      maximum = fmaxf(maximum, partials[tile * heads + head].maximum);
    }
    float sum = 0.0f;
#pragma unroll 4
    for (int tile = 0; tile < tiles; ++tile) {
      const PartialSoftmax partial = partials[tile * heads + head];
      sum += partial.sum * exp_nonpositive(partial.maximum - maximum);
    }
    bad |= !is_finite(sum);
    softmax[head] = {maximum, 1.0f / sum};
  }
  const bool is_flagged = syncthreads_count(bad) > 0;  // and every head's softmax is there
  if (args.non_finite != nullptr && block_index() % blocks == 0 && thread_index() == 0) {
    args.non_finite[image] = is_flagged ? 1 : 0;
  }
  if (token >= picture.count) return;
  const float* logits = args.logits + image * heads * longest + token;
  float score = 0.0f;
#pragma unroll 8
  for (int head = 0; head < heads; ++head) {
    const PartialSoftmax s = softmax[head];
    score += exp_nonpositive(logits[head * longest] - s.maximum) * s.sum;
  }
  if (args.mean) score /= static_cast<float>(heads);
  args.scores[args.ragged.start(image, picture, args.tokens, 1) + token] = score;
}

}  // namespace tkz::TKZ_BACKEND
