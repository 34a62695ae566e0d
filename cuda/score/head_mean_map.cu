// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/head_mean_map.cuh"

namespace tkz::TKZ_BACKEND {

int head_mean_map(const HeadMeanMapArgs& args, void* stream) {
  const AttentionMap& map = args.map;
  if (map.batch == 0 || map.tokens == 0) return kSuccess;
  return with_type(map.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    constexpr int kWidth = Chunk<T>::kWidth;
    const bool is_vector =
        map.tokens % kWidth == 0 && is_aligned(map.data) && is_aligned(args.mean) &&
        are_aligned({map.stride_batch, map.stride_head, map.stride_row}, sizeof(T));
    const int64_t runs = map.tokens * map.tokens / (is_vector ? kWidth : 1);
    return launch(is_vector ? head_mean_map_kernel<T, true> : head_mean_map_kernel<T, false>,
                  map.batch * ceil_div(runs, kMapThreads), kMapThreads, 0, stream, args);
  });
}

int load_head_mean_map() {
  return load_kernels(head_mean_map_kernel<float, true>, head_mean_map_kernel<float, false>,
                      head_mean_map_kernel<Half, true>, head_mean_map_kernel<Half, false>,
                      head_mean_map_kernel<BFloat16, true>, head_mean_map_kernel<BFloat16, false>);
}

}  // namespace tkz::TKZ_BACKEND
