// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Targets at equal distances in a list (METHODS: StrideTargets). One thread per target.
#pragma once

#include "common/selection_rule.h"
#include "select/arguments.h"
#include "select/entry_count.h"

namespace tkz::TKZ_BACKEND {

constexpr int kStrideThreads = 128;

TKZ_KERNEL(kStrideThreads, 4)
stride_targets_kernel(StrideTargetsArgs args) {
  const int64_t item = static_cast<int64_t>(block_index()) * kStrideThreads + thread_index();
  if (item >= args.batch * args.targets) return;
  const int64_t count = entry_count(args.ragged, args.counts, item / args.targets, args.tokens);
  const int64_t place = item % args.targets;
  const int64_t target = place * target_stride(count, args.targets);
  args.indices[item] = place < count ? static_cast<int32_t>(target) : -1;
}

}  // namespace tkz::TKZ_BACKEND
