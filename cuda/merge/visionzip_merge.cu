// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "merge/visionzip_merge.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const VisionZipMergeArgs& args) {
  return args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.input) && is_aligned(args.out) &&
         are_aligned({args.input_stride_batch, args.input_stride_token, args.out_stride_batch,
                      args.out_stride_token},
                     sizeof(T));
}

}  // namespace

int visionzip_merge(const VisionZipMergeArgs& args, void* stream) {
  const int64_t rows = args.counts.dominant + args.counts.target;
  if (args.batch == 0 || rows == 0 || args.dim == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t warps = args.batch * rows * ceil_div(args.dim, Chunk<T>::kWidth * kWarpSize);
    return launch(
        is_vector<T>(args) ? visionzip_merge_kernel<T, true> : visionzip_merge_kernel<T, false>,
        ceil_div(warps, kMergeWarps), kMergeWarps * kWarpSize, 0, stream, args);
  });
}

int load_visionzip_merge() {
  return load_kernels(visionzip_merge_kernel<float, true>, visionzip_merge_kernel<float, false>,
                      visionzip_merge_kernel<Half, true>, visionzip_merge_kernel<Half, false>,
                      visionzip_merge_kernel<BFloat16, true>,
                      visionzip_merge_kernel<BFloat16, false>);
}

}  // namespace tkz::TKZ_BACKEND
