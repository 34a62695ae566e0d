// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "ficoco/merge.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const FicocoMergeArgs& args) {
  return args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.tokens) && is_aligned(args.out) &&
         are_aligned({args.tokens_stride_batch, args.tokens_stride_token, args.out_stride_batch,
                      args.out_stride_token},
                     sizeof(T));
}

}  // namespace

int ficoco_merge(const FicocoMergeArgs& args, void* stream) {
  const int64_t tokens = args.batch * args.counts.left();
  if (tokens == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t warps = tokens * ceil_div(args.dim, Chunk<T>::kWidth * kWarpSize);
    return launch(is_vector<T>(args) ? ficoco_merge_kernel<T, true> : ficoco_merge_kernel<T, false>,
                  ceil_div(warps, kFicocoMergeWarps), kFicocoMergeWarps * kWarpSize, 0, stream,
                  args);
  });
}

int load_ficoco_merge() {
  return load_kernels(ficoco_merge_kernel<float, true>, ficoco_merge_kernel<float, false>,
                      ficoco_merge_kernel<Half, true>, ficoco_merge_kernel<Half, false>,
                      ficoco_merge_kernel<BFloat16, true>, ficoco_merge_kernel<BFloat16, false>);
}

}  // namespace tkz::TKZ_BACKEND
