// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// All scores of a picture from its threshold on. One block per picture walks the scores once, 4
// bytes a lane side by side; two words of shared memory per warp.
#pragma once

#include "common/numeric.cuh"
#include "select/arguments.h"
#include "select/list_chosen.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kThresholdThreads = 512;
constexpr int kThresholdSharedBytes = 2 * 4 * kThresholdThreads / kWarpSize;

TKZ_KERNEL(kThresholdThreads, 2)
threshold_select_kernel(ThresholdSelectArgs args) {
  auto* const partial = reinterpret_cast<uint32_t*>(shared_memory());
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.tokens);
  const float* const row =
      args.scores + args.ragged.start(image, picture, args.scores_stride_batch, 1);
  int32_t* const indices = args.indices + image * args.capacity;
  const float threshold = args.threshold[image];

  bool bad = !is_finite(threshold);
  const int count = static_cast<int>(picture.count);
  for (int i = thread_index(); i < count; i += kThresholdThreads) bad |= !is_finite(row[i]);
  const uint32_t chosen =
      list_chosen<kThresholdThreads>(row, count, {ordered_key(threshold), kAllTies}, partial,
                                     [&](uint32_t place, int index, float) {
                                       if (place < args.capacity) indices[place] = index;
                                     });
  pad_list<kThresholdThreads>(indices, chosen, args.capacity, -1);
  if (thread_index() == 0) args.count[image] = static_cast<int32_t>(chosen);
  write_flag(args.non_finite, image, bad);
}

}  // namespace tkz::TKZ_BACKEND
