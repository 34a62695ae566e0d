// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Sizes of workspaces, computed so that no product of extents wraps around.
#pragma once

#include <initializer_list>

#include "argument_check.h"

namespace tkz {

/// What no memory holds; sums of several of these still fit into size_t.
constexpr size_t kNoSuchMemory = size_t{1} << 60;

/// Bytes of a part with a multiple of `element` bytes for every combination of `extents`, rounded
/// up to 256; at most kNoSuchMemory, which no workspace has.
inline size_t part_bytes(size_t element, std::initializer_list<int64_t> extents) {
  for (const int64_t extent : extents) {
    if (extent == 0) return 0;
  }
  size_t bytes = element;
  for (const int64_t extent : extents) {
    if (__builtin_mul_overflow(bytes, extent, &bytes) || bytes > kNoSuchMemory) {
      return kNoSuchMemory;
    }
  }
  return (bytes + 255) / 256 * 256;
}

/// A size that a ..._workspace function is asked about.
inline void check_size_asked(ArgumentCheck& check, int64_t value, const char* name) {
  check.require(value >= 0 && value <= INT32_MAX, TKZ_INVALID_SHAPE,
                "%s must be from 0 to %d, got %lld", name, INT32_MAX,
                static_cast<long long>(value));
}

/// What such a function is about to answer.
inline void check_size_answered(ArgumentCheck& check, size_t bytes) {
  check.require(bytes < kNoSuchMemory, TKZ_INVALID_SHAPE,
                "sizes must need a workspace of less than %zu bytes, got more", kNoSuchMemory);
}

}  // namespace tkz
