// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Pictures of different token counts in one call; the host and device side of tkz_ragged.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define TKZ_HOST_DEVICE __host__ __device__
#else
#define TKZ_HOST_DEVICE
#endif

namespace tkz {

/// Where the rows of one picture begin among all rows, and how many there are.
struct Picture {
  int64_t first, count;
};

/// Null offsets: every picture has all the tokens of the tensors, in its own batch entry.
struct Ragged {
  const int32_t* offsets;  // [batch + 1]
  int64_t total;           // rows there are
  int64_t max_tokens;      // rows of a picture that count

  /// Picture `image` of tensors with `tokens` rows per batch entry. Never outside the tensors,
  /// whatever the offsets say.
  TKZ_HOST_DEVICE Picture picture(int64_t image, int64_t tokens) const {
    if (offsets == nullptr) return {0, tokens};
    const int64_t first = clamp(offsets[image], 0, total);
    const int64_t last = clamp(offsets[image + 1], first, total);
    return {first, last - first < max_tokens ? last - first : max_tokens};
  }

  /// Tokens of the longest picture there can be; `tokens` as in picture().
  TKZ_HOST_DEVICE int64_t longest(int64_t tokens) const {
    return offsets == nullptr ? tokens : max_tokens;
  }

  /// Elements before the first row of picture `image` of a tensor with one row per token.
  TKZ_HOST_DEVICE int64_t start(int64_t image, const Picture& picture, int64_t stride_batch,
                                int64_t stride_token) const {
    return offsets == nullptr ? image * stride_batch : picture.first * stride_token;
  }

 private:
  TKZ_HOST_DEVICE static int64_t clamp(int64_t value, int64_t low, int64_t high) {
    return value < low ? low : value > high ? high : value;
  }
};

}  // namespace tkz
