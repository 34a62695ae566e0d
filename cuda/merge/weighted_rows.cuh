// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The sum at the heart of every merge: rows times weights, one after the other.
#pragma once

#include "common/numeric.cuh"

namespace tkz::TKZ_BACKEND {

/// sum[e] += weight * element for rows `first` to `last` - 1 in ascending order, and their weights
/// to *weights. fetch(i, &chunk, &weight) reads what a lane needs of row i, or leaves zeros. kRows
/// rows are on their way at a time.
template <int kRows, typename T, typename Fetch>
TKZ_DEVICE void add_rows(int first, int last, const Fetch& fetch, float (&sum)[Chunk<T>::kWidth],
                         float* weights) {
  for (int m = first; m < last; m += kRows) {
    Chunk<T> chunk[kRows];
    float weight[kRows];
#pragma unroll
    for (int i = 0; i < kRows; ++i) {
      chunk[i].raw = Vec128{};
      weight[i] = 0.0f;
      if (m + i < last) fetch(m + i, &chunk[i], &weight[i]);
    }
#pragma unroll
    for (int i = 0; i < kRows; ++i) {
      if (m + i >= last) break;
      *weights += weight[i];
#pragma unroll
      for (int e = 0; e < Chunk<T>::kWidth; ++e) {
        sum[e] = fma(weight[i], to_float(chunk[i].element[e]), sum[e]);
      }
    }
  }
}

}  // namespace tkz::TKZ_BACKEND
