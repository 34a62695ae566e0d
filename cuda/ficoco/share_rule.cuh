// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What a removed patch hands to a kept one, by their correlation.
#pragma once

#include "common/numeric.cuh"
#include "common/selection_rule.h"
#include "ficoco/arguments.h"

namespace tkz::TKZ_BACKEND {

/// What an entry counts in the sum that shares are taken of.
TKZ_DEVICE float share_part(float z, float shift, bool softmax) {
  constexpr float kLog2OfE = 1.4426950408889634f;
  return softmax ? ex2((z - shift) * kLog2OfE) : z;
}

TKZ_DEVICE bool receives(const FicocoShare& share, float z) { return ordered_key(z) >= share.key; }

TKZ_DEVICE float share_weight(const FicocoShare& share, float z, bool softmax) {
  if (share.sum == 0.0f) return 0.0f;
  return share_part(z, share.shift, softmax) / share.sum;
}

}  // namespace tkz::TKZ_BACKEND
