// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The block sizes in which the kernels that hold a row's keys are compiled.
#pragma once

#include "common/launch.cuh"
#include "common/limits.h"
#include "select/block_keys.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kLongThreads = 1024;
constexpr int kLongItems = 26;
using LongKeys = BlockKeys<kLongThreads, kLongItems>;

static_assert(4 * LongKeys::kPartials + LongKeys::rest_bytes(kMaxTopKTokens) <= 48 * 1024,
              "the longest row fits without opting in");

/// Shared memory of a kernel that holds the keys of rows of n.
template <typename Keys>
int64_t row_shared_bytes(int64_t n) {
  return 4 * Keys::kPartials + Keys::rest_bytes(n);
}

}  // namespace tkz::TKZ_BACKEND
