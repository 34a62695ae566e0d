// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/local_penalty.cuh"

namespace tkz::TKZ_BACKEND {

int local_penalty(const LocalPenaltyArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return launch(local_penalty_kernel, args.batch, kPenaltyThreads, sizeof(PenaltyShared), stream,
                args);
}

int load_local_penalty() { return load_kernels(local_penalty_kernel); }

}  // namespace tkz::TKZ_BACKEND
