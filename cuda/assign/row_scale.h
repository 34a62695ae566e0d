// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/ragged.h"

namespace tkz {

/// The power of two that a row with this largest magnitude is multiplied by, so that its squares
/// neither overflow nor vanish: 1 for all ordinary rows. Exact in every storage type.
TKZ_HOST_DEVICE static inline float row_scale(float largest) {
  if (largest == 0.0f || (largest >= 0x1p-40f && largest <= 0x1p40f)) return 1.0f;
  uint32_t bits;
  __builtin_memcpy(&bits, &largest, sizeof bits);
  int exponent = 254 - static_cast<int>(bits >> 23);
  exponent = exponent < 1 ? 1 : exponent > 253 ? 253 : exponent;
  bits = static_cast<uint32_t>(exponent) << 23;
  float scale;
  __builtin_memcpy(&scale, &bits, sizeof scale);
  return scale;
}

}  // namespace tkz
