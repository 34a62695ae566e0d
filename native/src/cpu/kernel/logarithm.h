// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// A logarithm with the same bits on every instruction set, whatever the C library's chooses.
#pragma once

#include "cpu/kernel/f32x16.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Natural logarithm of a normal x > 0, in double until the end; NaN stays NaN. With x = 2^n m and
/// m in [sqrt(1/2), sqrt(2)), log m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172: nine terms
/// of its series leave an error below 1e-16.
TKZ_INLINE float logarithm(float x) {
  if (!(x > 0.0f)) return __builtin_nanf("");
  int32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  const int32_t exponent = (bits - 0x3f3504f3) >> 23;
  bits -= exponent << 23;
  float mantissa;
  __builtin_memcpy(&mantissa, &bits, sizeof bits);
  const double m = static_cast<double>(mantissa);
  const double s = (m - 1.0) / (m + 1.0);
  const double square = s * s;
  double series = 0.0;
  for (int k = 8; k >= 0; k--) series = series * square + 1.0 / (2 * k + 1);
  return static_cast<float>(exponent * 0.69314718055994530942 + 2.0 * s * series);
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
