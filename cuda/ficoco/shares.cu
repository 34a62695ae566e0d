// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "ficoco/shares.cuh"
#include "launchers.h"
#include "select/row_kernels.h"

namespace tkz::TKZ_BACKEND {
namespace {

constexpr int kShortThreads = 128;
constexpr int kShortItems = 8;

template <int kThreads, int kItems>
int launch_rows(const FicocoSharesArgs& args, void* stream) {
  return launch(ficoco_shares_kernel<kThreads, kItems>, args.batch * args.removals, kThreads,
                row_shared_bytes<BlockKeys<kThreads, kItems>>(args.kept), stream, args);
}

}  // namespace

int ficoco_shares(const FicocoSharesArgs& args, void* stream) {
  if (args.batch == 0 || args.removals == 0) return kSuccess;
  return args.kept <= kShortThreads * kShortItems
             ? launch_rows<kShortThreads, kShortItems>(args, stream)
             : launch_rows<kLongThreads, kLongItems>(args, stream);
}

int load_ficoco_shares() {
  return load_kernels(ficoco_shares_kernel<kShortThreads, kShortItems>,
                      ficoco_shares_kernel<kLongThreads, kLongItems>);
}

}  // namespace tkz::TKZ_BACKEND
