// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/greedy_max_min.cuh"

namespace tkz::TKZ_BACKEND {

static_assert(kMostGreedyTokens >= kMaxGreedyTokens, "a thread per token or less");

int greedy_max_min(const GreedyMaxMinArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  const auto pick = [&](auto* kernel, int threads) {
    return launch(kernel, args.batch, threads, max_min_shared_bytes(threads), stream, args);
  };
  if (args.tokens <= 256) return pick(greedy_max_min_kernel<256, 1>, 256);
  if (args.tokens <= 1024) return pick(greedy_max_min_kernel<1024, 1>, 1024);
  if (args.wanted > 0) {
    const int error =
        launch(nearest_distance_kernel, args.batch * ceil_div(args.tokens, kNearestWarps),
               kNearestThreads, 0, stream, args);
    if (error != kSuccess) return error;
  }
  if (args.tokens <= 4096) return pick(greedy_max_min_kernel<1024, 4>, 1024);
  return pick(greedy_max_min_kernel<1024, 8>, 1024);
}

int load_greedy_max_min() {
  return load_kernels(nearest_distance_kernel, greedy_max_min_kernel<256, 1>,
                      greedy_max_min_kernel<1024, 1>, greedy_max_min_kernel<1024, 4>,
                      greedy_max_min_kernel<1024, 8>);
}

}  // namespace tkz::TKZ_BACKEND
