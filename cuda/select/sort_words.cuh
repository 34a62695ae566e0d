// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/device.cuh"

namespace tkz::TKZ_BACKEND {

/// Sorts n words of shared memory, ascending, by a bitonic network whose comparators all point the
/// same way: places from n on hold, in effect, words larger than all, which never move. Equal words
/// are indistinguishable, so the order is unique. Begins and ends with a barrier.
template <int kThreads>
TKZ_DEVICE void sort_words(uint64_t* word, int n) {
  int padded = 1;
  while (padded < n) padded *= 2;
  syncthreads();  // all words are there
  for (int run = 2; run <= padded; run *= 2) {
    for (int distance = run / 2; distance > 0; distance /= 2) {
      for (int pair = thread_index(); pair < padded / 2; pair += kThreads) {
        const int offset = pair % distance;
        const int base = pair / distance * 2 * distance;
        const int low = base + offset;
        // The first step of a run compares mirrored places.
        const int high = distance == run / 2 ? base + run - 1 - offset : low + distance;
        if (high < n && word[low] > word[high]) {
          const uint64_t larger = word[low];
          word[low] = word[high];
          word[high] = larger;
        }
      }
      syncthreads();  // the step's exchanges are done
    }
  }
}

}  // namespace tkz::TKZ_BACKEND
