// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "ficoco/shares.cuh"
#include "launchers.h"
#include "select/row_kernels.h"

namespace tkz::TKZ_BACKEND {
namespace {

template <int kThreads, int kItems>
int launch_rows(const FicocoSharesArgs& args, void* stream) {
  return launch(ficoco_shares_kernel<kThreads, kItems>, args.batch * args.counts.removals, kThreads,
                row_shared_bytes<BlockKeys<kThreads, kItems>>(args.counts.kept()), stream, args);
}

}  // namespace

int ficoco_shares(const FicocoSharesArgs& args, void* stream) {
  if (args.batch == 0 || args.counts.removals == 0) return kSuccess;
  return args.counts.kept() <= kShortShareThreads * kShortShareItems
             ? launch_rows<kShortShareThreads, kShortShareItems>(args, stream)
             : launch_rows<kLongThreads, kLongItems>(args, stream);
}

int load_ficoco_shares() {
  return load_kernels(ficoco_shares_kernel<kShortShareThreads, kShortShareItems>,
                      ficoco_shares_kernel<kLongThreads, kLongItems>);
}

}  // namespace tkz::TKZ_BACKEND
