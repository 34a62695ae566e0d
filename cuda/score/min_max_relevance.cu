// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/min_max_relevance.cuh"

namespace tkz::TKZ_BACKEND {

int min_max_relevance(const MinMaxRelevanceArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return launch(min_max_relevance_kernel, args.batch, kRelevanceThreads,
                2 * kRelevanceWarps * sizeof(float), stream, args);
}

int load_min_max_relevance() { return load_kernels(min_max_relevance_kernel); }

}  // namespace tkz::TKZ_BACKEND
