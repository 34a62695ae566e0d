// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Penalty of the largest score of every window (METHODS: FiCoCo-V, step 3).
//
// Geometry: one block per picture, with the windows of penalise_windows.cuh in shared memory. Bytes
// moved: 12 N, from L1 after the first round.
#pragma once

#include "common/numeric.cuh"
#include "select/list_chosen.cuh"
#include "select/penalise_windows.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kPenaltyThreads = 256;
TKZ_KERNEL(kPenaltyThreads, 2)
local_penalty_kernel(LocalPenaltyArgs args) {
  auto& shared = *reinterpret_cast<PenaltyShared*>(shared_memory());
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.tokens);
  const int count = static_cast<int>(picture.count);
  const float* const score =
      args.scores + args.ragged.start(image, picture, args.scores_stride_batch, 1);
  const int32_t* const position =
      args.position + args.ragged.start(image, picture, args.position_stride_batch, 1);
  float* const out = args.out + args.ragged.start(image, picture, args.tokens, 1);

  bool bad = false;
  for (int token = thread_index(); token < count; token += kPenaltyThreads) {
    bad |= !is_finite(score[token]);
    if (window_of(args.grid, position[token]) < 0) out[token] = score[token];
  }
  penalise_windows<kPenaltyThreads>(args.grid, args.coefficient, score, position, count, out,
                                    shared);
  write_flag(args.non_finite, image, bad);
}

}  // namespace tkz::TKZ_BACKEND
