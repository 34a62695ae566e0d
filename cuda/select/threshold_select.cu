// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/threshold_select.cuh"

namespace tkz::TKZ_BACKEND {

int threshold_select(const ThresholdSelectArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return launch(threshold_select_kernel, args.batch, kThresholdThreads, kThresholdSharedBytes,
                stream, args);
}

int load_threshold_select() { return load_kernels(threshold_select_kernel); }

}  // namespace tkz::TKZ_BACKEND
