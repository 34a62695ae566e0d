// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the kernels can take. Beyond these a caller has to refuse.
#pragma once

#include <cstdint>

namespace tkz {

constexpr int64_t kMaxHeads = 64;
constexpr int64_t kMaxHeadDim = 128;
constexpr int64_t kMaxSelectTokens = 4096;  ///< patches of one image, N
constexpr int64_t kMaxRowHeads = 128;       ///< query heads of one attention row
constexpr int64_t kMaxRowHeadDim = 256;
constexpr int64_t kMaxGreedyTokens = 8192;  ///< tokens of one image that greedy selections take
constexpr int64_t kMaxNeighbours = 32;      ///< per row, q
constexpr int64_t kMaxTopKTokens = 36864;   ///< scores of one row in TopK and QuantileSelect
constexpr int64_t kMaxRankedTokens = 4096;  ///< scores that TopK returns by rank
constexpr int64_t kMaxRelevanceDim = 8192;  ///< width of features and text, P

/// The same limits as the C ABI asks for them.
struct DeviceLimits {
  int64_t heads = kMaxHeads;
  int64_t head_dim = kMaxHeadDim;
  int64_t select_tokens = kMaxSelectTokens;
  int64_t row_heads = kMaxRowHeads;
  int64_t row_head_dim = kMaxRowHeadDim;
  int64_t greedy_tokens = kMaxGreedyTokens;
  int64_t neighbours = kMaxNeighbours;
  int64_t top_k_tokens = kMaxTopKTokens;
  int64_t ranked_tokens = kMaxRankedTokens;
  int64_t relevance_dim = kMaxRelevanceDim;
};

}  // namespace tkz
