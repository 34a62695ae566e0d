// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the inner loops see of attention: one head of one picture, and blocks of its logits.
#pragma once

#include <cstdint>

#include "common/arguments.h"

namespace tkz::cpu {

/// Rows of queries and of keys, both [.., dim].
struct AttentionHead {
  DType dtype;
  int64_t dim;
  const void* query;
  int64_t query_stride;
  const void* keys;
  int64_t keys_stride;
  float scale;
};

/// Largest block of logits that is worked on at once; it lives on the stack.
constexpr int64_t kBlockRows = 64;
constexpr int64_t kBlockColumns = 128;

/// The token of every row of a block, -1 where there is none.
struct AttentionRows {
  int64_t rows;
  int64_t row_token[kBlockRows];
};

/// A block of listed columns.
struct AttentionBlock : AttentionRows {
  int64_t columns;
  int64_t column_token[kBlockColumns];
};

}  // namespace tkz::cpu
