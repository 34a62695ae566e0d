// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_received_from_map.cuh"

namespace tkz::TKZ_BACKEND {

int attention_received_from_map(const AttentionReceivedFromMapArgs& args, void* stream) {
  if (args.map.batch == 0 || args.width == 0) return kSuccess;
  constexpr int kThreads = kReceivedWarps * kWarpSize;
  return with_type(args.map.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    return launch(attention_received_from_map_kernel<T>,
                  args.map.batch * ceil_div(args.width, kWarpSize), kThreads,
                  kThreads * static_cast<int64_t>(sizeof(float)), stream, args);
  });
}

int load_attention_received_from_map() {
  return load_kernels(attention_received_from_map_kernel<float>,
                      attention_received_from_map_kernel<Half>,
                      attention_received_from_map_kernel<BFloat16>);
}

}  // namespace tkz::TKZ_BACKEND
