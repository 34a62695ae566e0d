// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/greedy_dpp.cuh"

namespace tkz::TKZ_BACKEND {

static_assert(sizeof(GreedyShared) + 4 * kMaxGreedyTokens <= 48 * 1024, "fits without opting in");

int greedy_dpp(const GreedyDppArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  const int64_t picks = args.wanted < args.tokens ? args.wanted : args.tokens;
  const auto pick = [&](auto* kernel, int threads) {
    return launch(kernel, args.batch, threads, dpp_shared_bytes(picks), stream, args);
  };
  if (args.tokens <= 256) return pick(greedy_dpp_kernel<256>, 256);
  return pick(greedy_dpp_kernel<1024>, 1024);
}

int load_greedy_dpp() { return load_kernels(greedy_dpp_kernel<256>, greedy_dpp_kernel<1024>); }

}  // namespace tkz::TKZ_BACKEND
