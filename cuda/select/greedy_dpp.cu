// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/greedy_dpp.cuh"

namespace tkz::TKZ_BACKEND {

int greedy_dpp(const GreedyDppArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  const int64_t picks = args.wanted < args.tokens ? args.wanted : args.tokens;
  int64_t most_bytes;
  if (const int error = most_shared_bytes(&most_bytes); error != kSuccess) return error;
  const bool on_chip = dpp_shared_bytes(args.tokens, picks, true) <= most_bytes;
  const auto pick = [&](auto* kernel, int threads) {
    return launch(kernel, args.batch, threads, dpp_shared_bytes(args.tokens, picks, on_chip),
                  stream, args);
  };
  if (args.tokens <= 256) {
    return on_chip ? pick(greedy_dpp_kernel<256, true>, 256)
                   : pick(greedy_dpp_kernel<256, false>, 256);
  }
  return on_chip ? pick(greedy_dpp_kernel<1024, true>, 1024)
                 : pick(greedy_dpp_kernel<1024, false>, 1024);
}

int load_greedy_dpp() {
  return load_kernels(greedy_dpp_kernel<256, true>, greedy_dpp_kernel<256, false>,
                      greedy_dpp_kernel<1024, true>, greedy_dpp_kernel<1024, false>);
}

}  // namespace tkz::TKZ_BACKEND
