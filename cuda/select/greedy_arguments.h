// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the greedy selections; see common/arguments.h. `tokens` is n, the extent of the
// matrices, and `wanted` is m, the extent of the lists.
#pragma once

#include "common/arguments.h"
#include "common/ragged.h"

namespace tkz {

/// matrix [B,n,n] -> indices [B,m].
struct GreedyMaxMinArgs {
  int64_t batch, tokens, wanted;
  Ragged ragged;
  bool is_similarity;  // distance = 1 - entry
  bool is_ranked;      // in the order of the picks, not ascending
  const float* matrix;
  int64_t matrix_stride_batch, matrix_stride_row;
  float* nearest;  // workspace [B,n]: distance of every token to the nearest other one; the GPU
                   // needs it for many tokens only
  int32_t* indices;
  int32_t* non_finite;

  TKZ_HOST_DEVICE float distance(float entry) const { return is_similarity ? 1.0f - entry : entry; }
};

/// similarity [B,n,n], weight [B,n] -> indices [B,m].
struct GreedyDppArgs {
  int64_t batch, tokens, wanted;
  Ragged ragged;
  bool is_ranked;
  const float* similarity;
  int64_t similarity_stride_batch, similarity_stride_row;
  const float* weight;  // or null
  int64_t weight_stride_batch;
  float* gain;    // workspace [B,n]: what is left of every L_ii; the GPU has it on chip
  float* factor;  // workspace [B, min(m, n), n]: rows of the Cholesky factor of L, unless on chip
  int32_t* indices;
  int32_t* non_finite;
};

/// What a pick of a determinantal point process has to give at least, of the largest L_ii.
constexpr float kLeastGain = 1e-6f;

/// Tokens a picture has, how many are picked, and whether there is anything to decide.
struct GreedyCounts {
  int tokens, picks;
  bool is_choice;
};

template <typename Args>
TKZ_HOST_DEVICE GreedyCounts greedy_counts(const Args& args, int64_t image) {
  const int64_t tokens = args.ragged.picture(image, args.tokens).count;
  const int64_t picks = args.wanted < tokens ? args.wanted : tokens;
  return {static_cast<int>(tokens), static_cast<int>(picks),
          picks > 0 && (picks < tokens || args.is_ranked)};
}

/// relevance [B,n] -> scaled [B,n].
struct MinMaxRelevanceArgs {
  int64_t batch, tokens;
  Ragged ragged;
  const float* relevance;
  int64_t relevance_stride_batch;
  float* scaled;  // contiguous
};

}  // namespace tkz
