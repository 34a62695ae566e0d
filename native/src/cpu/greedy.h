// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the greedy selections share.
#pragma once

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "cpu/kernels.h"

namespace tkz::cpu {

/// What needs no arithmetic: the end of the list, and a list that takes every token as it comes.
inline void write_trivial(const GreedyCounts& counts, int64_t wanted, int32_t* indices) {
  std::fill(indices + counts.picks, indices + wanted, -1);
  if (!counts.is_choice) std::iota(indices, indices + counts.picks, 0);
}

inline void mark_picked(float* value, int64_t token) {
  memcpy(value + token, &kPickedBits, sizeof kPickedBits);
}

}  // namespace tkz::cpu
