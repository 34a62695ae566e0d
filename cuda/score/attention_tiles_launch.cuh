// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Host side that the kernels over attention tiles share.
#pragma once

#include "common/launch.cuh"
#include "score/attention_tiles.cuh"

namespace tkz::TKZ_BACKEND {

/// Whether queries and keys can be read 16 bytes at a time.
template <typename T>
bool is_vector(const AttentionInputs& in) {
  return in.dim % Chunk<T>::kWidth == 0 && is_aligned(in.query) && is_aligned(in.keys) &&
         are_aligned({in.query_stride_batch, in.query_stride_head, in.query_stride_token,
                      in.keys_stride_batch, in.keys_stride_head, in.keys_stride_token},
                     sizeof(T));
}

}  // namespace tkz::TKZ_BACKEND
