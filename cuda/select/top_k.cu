// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"
#include "select/row_kernels.h"
#include "select/top_k.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

static_assert(4 * LongKeys::kPartials + 8 * kMaxRankedTokens <= 48 * 1024,
              "the longest ranking fits without opting in");

template <int kThreads, int kItems>
int launch_top_k(const TopKArgs& args, void* stream) {
  using Keys = BlockKeys<kThreads, kItems>;
  static_assert(Keys::kPartials % 2 == 0, "64-bit words follow");
  const int64_t ranked = args.ranked ? 8 * (args.k < args.tokens ? args.k : args.tokens) : 0;
  const int64_t rest = Keys::rest_bytes(args.tokens);
  return launch(top_k_kernel<kThreads, kItems>, args.batch, kThreads,
                4 * Keys::kPartials + (ranked > rest ? ranked : rest), stream, args);
}

}  // namespace

int top_k(const TopKArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  if (args.tokens <= 256 * 4) return launch_top_k<256, 4>(args, stream);
  if (args.tokens <= kLongThreads * 8) return launch_top_k<kLongThreads, 8>(args, stream);
  return launch_top_k<kLongThreads, kLongItems>(args, stream);
}

int load_top_k() {
  return load_kernels(top_k_kernel<256, 4>, top_k_kernel<kLongThreads, 8>,
                      top_k_kernel<kLongThreads, kLongItems>);
}

}  // namespace tkz::TKZ_BACKEND
