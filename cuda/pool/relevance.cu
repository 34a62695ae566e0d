// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "pool/relevance.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const RelevanceArgs& args) {
  return args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.features) &&
         are_aligned({args.features_stride_batch, args.features_stride_token}, sizeof(T));
}

}  // namespace

int relevance(const RelevanceArgs& args, void* stream) {
  const int64_t blocks = args.batch * ceil_div(args.tokens, kRelevanceTokens);
  if (blocks > 0) {
    const int error = with_type(args.dtype, [&](auto type) {
      using T = typename decltype(type)::type;
      return launch(is_vector<T>(args) ? relevance_kernel<T, true> : relevance_kernel<T, false>,
                    blocks, kRelevanceWarps * kWarpSize,
                    args.dim * static_cast<int64_t>(sizeof(float)), stream, args);
    });
    if (error != kSuccess) return error;
  }
  const bool has_scores = args.softmax && args.tokens > 0;
  if (args.batch == 0 || (!has_scores && args.non_finite == nullptr)) return kSuccess;
  return launch(relevance_finish_kernel, args.batch, kFinishThreads,
                2 * kWarpSize * static_cast<int64_t>(sizeof(float)), stream, args);
}

int load_relevance() {
  return load_kernels(relevance_kernel<float, true>, relevance_kernel<float, false>,
                      relevance_kernel<Half, true>, relevance_kernel<Half, false>,
                      relevance_kernel<BFloat16, true>, relevance_kernel<BFloat16, false>,
                      relevance_finish_kernel);
}

}  // namespace tkz::TKZ_BACKEND
