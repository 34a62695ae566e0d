// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "merge/weighted_sum.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const WeightedSumArgs& args) {
  return args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.input) && is_aligned(args.out) &&
         are_aligned({args.input_stride_batch, args.input_stride_token, args.out_stride_batch},
                     sizeof(T));
}

}  // namespace

int weighted_sum(const WeightedSumArgs& args, void* stream) {
  if (args.batch == 0 || args.dim == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t blocks = args.batch * ceil_div(args.dim, Chunk<T>::kWidth * kWarpSize);
    return launch(is_vector<T>(args) ? weighted_sum_kernel<T, true> : weighted_sum_kernel<T, false>,
                  blocks, kWarpSize, 0, stream, args);
  });
}

int load_weighted_sum() {
  return load_kernels(weighted_sum_kernel<float, true>, weighted_sum_kernel<float, false>,
                      weighted_sum_kernel<Half, true>, weighted_sum_kernel<Half, false>,
                      weighted_sum_kernel<BFloat16, true>, weighted_sum_kernel<BFloat16, false>);
}

}  // namespace tkz::TKZ_BACKEND
