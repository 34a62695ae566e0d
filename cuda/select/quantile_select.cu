// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"
#include "select/quantile_select.cuh"
#include "select/row_kernels.h"

namespace tkz::TKZ_BACKEND {
namespace {

constexpr int kShortThreads = 128;
constexpr int kShortItems = 8;

template <int kThreads, int kItems>
int launch_rows(const QuantileSelectArgs& args, void* stream) {
  return launch(quantile_select_kernel<kThreads, kItems>, args.batch * args.rows, kThreads,
                row_shared_bytes<BlockKeys<kThreads, kItems>>(args.tokens), stream, args);
}

}  // namespace

int quantile_select(const QuantileSelectArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  int error = kSuccess;
  if (args.rows > 0) {
    error = args.tokens <= kShortThreads * kShortItems
                ? launch_rows<kShortThreads, kShortItems>(args, stream)
                : launch_rows<kLongThreads, kLongItems>(args, stream);
  }
  if (error != kSuccess || args.non_finite == nullptr) return error;
  return launch(quantile_flags_kernel, args.batch, kWarpSize, 0, stream, args);
}

int load_quantile_select() {
  return load_kernels(quantile_select_kernel<kShortThreads, kShortItems>,
                      quantile_select_kernel<kLongThreads, kLongItems>, quantile_flags_kernel);
}

}  // namespace tkz::TKZ_BACKEND
