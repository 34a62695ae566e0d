// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Sum over heads of one row of a softmax map. Thread per column, heads added in ascending order;
// rows of odd length leave heads unaligned, so elements are read one by one. Bytes moved: H S
// elements and 4 S per image.
#pragma once

#include "common/numeric.cuh"
#include "score/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kRowThreads = 256;

template <typename T>
TKZ_KERNEL(kRowThreads, 4)
attention_row_kernel(AttentionMapArgs args) {
  const int64_t item = static_cast<int64_t>(block_index()) * kRowThreads + thread_index();
  if (item >= args.batch * args.tokens) return;
  const int64_t image = item / args.tokens;
  const T* element = static_cast<const T*>(args.map) + image * args.map_stride_batch +
                     args.row * args.map_stride_row + item % args.tokens;
  float sum = 0.0f;
#pragma unroll 8
  for (int64_t head = 0; head < args.heads; ++head) {
    sum += to_float(element[head * args.map_stride_head]);
  }
  args.scores[item] = sum;
}

}  // namespace tkz::TKZ_BACKEND
