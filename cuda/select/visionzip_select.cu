// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "select/visionzip_select.cuh"

namespace tkz::TKZ_BACKEND {

static_assert(kMaxSoftmaxHeads >= kMaxHeads, "a softmax per head");
static_assert(tile_targets(kMaxHeadDim) > 0, "a tile holds a group of the widest targets");
static_assert(kMaxHeadDim <= 4 * kWarpSize, "a warp holds a target");
static_assert(sizeof(SelectShared) + 8 * kMaxSelectTokens <= 48 * 1024, "fits without opting in");

int visionzip_select(const VisionZipSelectArgs& given, void* stream) {
  if (given.batch == 0) return kSuccess;
  VisionZipSelectArgs args = given;
  args.has_cls &= args.tokens > 0;
  const bool is_vector = args.dim > 0 && args.dim % 4 == 0 && is_aligned(args.key_mean);
  const auto select = [&](auto* kernel) {
    return launch(kernel, args.batch, kSelectThreads, select_shared_bytes(args.tokens), stream,
                  args);
  };
  if (args.ragged.offsets != nullptr) {
    return select(is_vector ? visionzip_select_kernel<true, true>
                            : visionzip_select_kernel<false, true>);
  }
  return select(is_vector ? visionzip_select_kernel<true, false>
                          : visionzip_select_kernel<false, false>);
}

int load_visionzip_select() {
  return load_kernels(visionzip_select_kernel<true, false>, visionzip_select_kernel<false, false>,
                      visionzip_select_kernel<true, true>, visionzip_select_kernel<false, true>);
}

}  // namespace tkz::TKZ_BACKEND
