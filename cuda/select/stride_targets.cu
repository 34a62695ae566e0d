// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/stride_targets.cuh"

namespace tkz::TKZ_BACKEND {

int stride_targets(const StrideTargetsArgs& args, void* stream) {
  const int64_t items = args.batch * args.targets;
  if (items == 0) return kSuccess;
  return launch(stride_targets_kernel, ceil_div(items, kStrideThreads), kStrideThreads, 0, stream,
                args);
}

int load_stride_targets() { return load_kernels(stride_targets_kernel); }

}  // namespace tkz::TKZ_BACKEND
