// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_received.cuh"

namespace tkz::TKZ_BACKEND {

int attention_received(const AttentionMapArgs& args, void* stream) {
  if (args.batch == 0 || args.tokens == 0) return kSuccess;
  constexpr int kThreads = kReceivedWarps * kWarpSize;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    return launch(attention_received_kernel<T>, args.batch * ceil_div(args.tokens, kWarpSize),
                  kThreads, kThreads * static_cast<int64_t>(sizeof(float)), stream, args);
  });
}

int load_attention_received() {
  return load_kernels(attention_received_kernel<float>, attention_received_kernel<Half>,
                      attention_received_kernel<BFloat16>);
}

}  // namespace tkz::TKZ_BACKEND
