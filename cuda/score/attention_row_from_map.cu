// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_row_from_map.cuh"

namespace tkz::TKZ_BACKEND {

int attention_row_from_map(const AttentionRowFromMapArgs& args, void* stream) {
  if (args.map.batch == 0 || args.map.tokens == 0) return kSuccess;
  return with_type(args.map.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    return launch(attention_row_from_map_kernel<T>,
                  args.map.batch * ceil_div(args.map.tokens, kRowThreads), kRowThreads, 0, stream,
                  args);
  });
}

int load_attention_row_from_map() {
  return load_kernels(attention_row_from_map_kernel<float>, attention_row_from_map_kernel<Half>,
                      attention_row_from_map_kernel<BFloat16>);
}

}  // namespace tkz::TKZ_BACKEND
