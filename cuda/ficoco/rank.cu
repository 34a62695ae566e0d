// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "ficoco/rank.cuh"
#include "launchers.h"
#include "select/row_kernels.h"

namespace tkz::TKZ_BACKEND {
namespace {

template <int kThreads, int kItems>
int launch_rank(const FicocoRankArgs& args, void* stream) {
  const int64_t keys = row_shared_bytes<BlockKeys<kThreads, kItems>>(args.counts.patches);
  const int64_t windows = sizeof(PenaltyShared);
  return launch(ficoco_rank_kernel<kThreads, kItems>, args.batch, kThreads,
                keys > windows ? keys : windows, stream, args);
}

}  // namespace

int ficoco_rank(const FicocoRankArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return args.counts.patches <= kShortRankThreads * kShortRankItems
             ? launch_rank<kShortRankThreads, kShortRankItems>(args, stream)
             : launch_rank<kLongThreads, kLongItems>(args, stream);
}

int load_ficoco_rank() {
  return load_kernels(ficoco_rank_kernel<kShortRankThreads, kShortRankItems>,
                      ficoco_rank_kernel<kLongThreads, kLongItems>);
}

}  // namespace tkz::TKZ_BACKEND
