// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "pool/prompt_pool_3d.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const PromptPool3dArgs& args) {
  const int64_t* in = args.tokens_stride;
  const int64_t* out = args.out_stride;
  return args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.tokens) && is_aligned(args.out) &&
         are_aligned({in[0], in[1], in[2], in[3], out[0], out[1], out[2], out[3]}, sizeof(T));
}

}  // namespace

int prompt_pool_3d(const PromptPool3dArgs& args, void* stream) {
  const int64_t pooled = args.batch * args.output[0] * args.output[1] * args.output[2];
  if (pooled > 0 && args.dim > 0) {
    const int error = with_type(args.dtype, [&](auto type) {
      using T = typename decltype(type)::type;
      const int64_t warps = pooled * ceil_div(args.dim, Chunk<T>::kWidth * kWarpSize);
      return launch(
          is_vector<T>(args) ? prompt_pool_3d_kernel<T, true> : prompt_pool_3d_kernel<T, false>,
          ceil_div(warps, kPoolWarps), kPoolWarps * kWarpSize, 0, stream, args);
    });
    if (error != kSuccess) return error;
  }
  if (args.batch == 0 || args.non_finite == nullptr) return kSuccess;
  return launch(prompt_pool_3d_check_kernel, args.batch, kPoolCheckThreads, 0, stream, args);
}

int load_prompt_pool_3d() {
  return load_kernels(prompt_pool_3d_kernel<float, true>, prompt_pool_3d_kernel<float, false>,
                      prompt_pool_3d_kernel<Half, true>, prompt_pool_3d_kernel<Half, false>,
                      prompt_pool_3d_kernel<BFloat16, true>, prompt_pool_3d_kernel<BFloat16, false>,
                      prompt_pool_3d_check_kernel);
}

}  // namespace tkz::TKZ_BACKEND
