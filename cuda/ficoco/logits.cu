// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "ficoco/logits.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const AttentionInputs& in) {
  return in.dim % Chunk<T>::kWidth == 0 && is_aligned(in.query) && is_aligned(in.keys) &&
         are_aligned({in.query_stride_batch, in.query_stride_head, in.query_stride_token,
                      in.keys_stride_batch, in.keys_stride_head, in.keys_stride_token},
                     sizeof(T));
}

template <typename T>
int launch_all(const FicocoLogitsArgs& args, void* stream) {
  const AttentionInputs& in = args.in;
  const bool vector = is_vector<T>(in);
  const int64_t pieces = ceil_div(in.key_heads * ceil_div(in.dim, Chunk<T>::kWidth), kSumThreads);
  int error = launch(vector ? ficoco_sums_kernel<T, true> : ficoco_sums_kernel<T, false>,
                     in.batch * args.tiles() * pieces, kSumThreads, 0, stream, args);
  if (error != kSuccess) return error;
  error = launch(ficoco_mean_kernel, ceil_div(in.batch * args.channels(), kMeanThreads),
                 kMeanThreads, 0, stream, args);
  if (error != kSuccess) return error;
  return launch(vector ? ficoco_logits_kernel<T, true> : ficoco_logits_kernel<T, false>,
                ceil_div(in.batch * args.patches(), kLogitWarps), kLogitWarps * kWarpSize, 0,
                stream, args);
}

}  // namespace

int ficoco_logits(const FicocoLogitsArgs& args, void* stream) {
  if (args.in.batch == 0 || args.patches() == 0) return kSuccess;
  return with_type(args.in.dtype, [&](auto type) {
    return launch_all<typename decltype(type)::type>(args, stream);
  });
}

int load_ficoco_logits() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error = with_type(dtype, [](auto type) {
      using T = typename decltype(type)::type;
      return load_kernels(ficoco_sums_kernel<T, true>, ficoco_sums_kernel<T, false>,
                          ficoco_logits_kernel<T, true>, ficoco_logits_kernel<T, false>);
    });
    if (error != kSuccess) return error;
  }
  return load_kernels(ficoco_mean_kernel);
}

}  // namespace tkz::TKZ_BACKEND
