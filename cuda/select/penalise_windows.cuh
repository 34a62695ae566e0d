// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// A block penalises the largest score of every window, kWindowsAtOnce windows at a time in shared
// memory. A window's winner is found in two rounds of integer maxima, whose results do not depend
// on any order: its largest key, then the lowest cell (then token) that has it.
#pragma once

#include "common/device.cuh"
#include "common/selection_rule.h"
#include "select/window_rule.h"

namespace tkz::TKZ_BACKEND {

constexpr int kWindowsAtOnce = 1024;

struct PenaltyShared {
  uint64_t winner[kWindowsAtOnce];  // cell, then token
  uint32_t key[kWindowsAtOnce];
};

/// out[token] of every token in a window; `out` may be `score` itself. Where there is a window it
/// ends with a barrier.
template <int kThreads>
TKZ_DEVICE void penalise_windows(const WindowGrid& grid, float coefficient, const float* score,
                                 const int32_t* position, int count, float* out,
                                 PenaltyShared& shared) {
  const int windows = static_cast<int>(window_count(grid));
  for (int first = 0; first < windows; first += kWindowsAtOnce) {
    const auto each_token = [&](const auto& visit) {
      for (int token = thread_index(); token < count; token += kThreads) {
        const int32_t cell = position[token];
        const int window = window_of(grid, cell) - first;
        if (window < 0 || window >= kWindowsAtOnce) continue;
        visit(token, window, ordered_key(score[token]),
              static_cast<uint64_t>(cell) << 32 | static_cast<uint32_t>(token));
      }
    };
    for (int window = thread_index(); window < kWindowsAtOnce; window += kThreads) {
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
      out[token] = is_winner ? penalised(value, coefficient) : value;
    });
    syncthreads();  // nobody reads these windows any more
  }
}

}  // namespace tkz::TKZ_BACKEND
