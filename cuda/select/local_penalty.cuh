// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Penalty of the largest score of every window (METHODS: FiCoCo-V, step 3).
//
// Geometry: one block per picture, kWindowsAtOnce windows at a time in shared memory. A window's
// winner is found in two rounds of integer maxima, whose results do not depend on any order: its
// largest key, then the lowest cell (then token) that has it. Bytes moved: 12 N, from L1 after the
// first round.
#pragma once

#include "common/numeric.cuh"
#include "common/selection_rule.h"
#include "select/list_chosen.cuh"
#include "select/window_rule.h"

namespace tkz::TKZ_BACKEND {

constexpr int kPenaltyThreads = 256;
constexpr int kWindowsAtOnce = 1024;

struct PenaltyShared {
  uint64_t winner[kWindowsAtOnce];  // cell, then token
  uint32_t key[kWindowsAtOnce];
};

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
  const int windows = static_cast<int>(window_count(args.grid));
  for (int first = 0; first < windows; first += kWindowsAtOnce) {
    const auto each_token = [&](const auto& visit) {
      for (int token = thread_index(); token < count; token += kPenaltyThreads) {
        const int32_t cell = position[token];
        const int window = window_of(args.grid, cell) - first;
        if (window < 0 || window >= kWindowsAtOnce) continue;
        visit(token, window, ordered_key(score[token]),
              static_cast<uint64_t>(cell) << 32 | static_cast<uint32_t>(token));
      }
    };
    for (int window = thread_index(); window < kWindowsAtOnce; window += kPenaltyThreads) {
      shared.key[window] = 0;
      shared.winner[window] = ~uint64_t{0};
    }
    syncthreads();  // the windows are empty
    each_token(
        [&](int, int window, uint32_t key, uint64_t) { atomic_max(&shared.key[window], key); });
    syncthreads();  // every window's largest key is there
    each_token([&](int, int window, uint32_t key, uint64_t place) {
      if (key == shared.key[window]) atomic_min(&shared.winner[window], place);
    });
    syncthreads();  // every window's winner is there
    each_token([&](int token, int window, uint32_t, uint64_t place) {
      const float value = score[token];
      const bool is_winner = place == shared.winner[window];
      out[token] = is_winner ? penalised(value, args.coefficient) : value;
    });
    syncthreads();  // nobody reads these windows any more
  }
  write_flag(args.non_finite, image, bad);
}

}  // namespace tkz::TKZ_BACKEND
