// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The exponential of sixteen lanes, the same bits on every instruction set.
#pragma once

#include "cpu/kernel/f32x16.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// e^x for x <= 0, within 2 ulp; 0 where the result would be subnormal. With x = n ln 2 + r and
/// |r| <= ln 2 / 2, e^r is its Taylor polynomial of degree 7 (error below 6e-9) and 2^n is added to
/// the exponent.
TKZ_INLINE F32x16 exp_nonpositive(F32x16 x) {
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
  const F32x16 round = splat(12582912.0f);
  const F32x16 shifted = x * splat(1.44269504088896341f) + round;
  const F32x16 n = shifted - round;
  // ln 2 in two parts: n times the first is exact.
  const F32x16 r = (x - n * splat(0.693359375f)) - n * splat(-2.12194440054690583e-4f);
  F32x16 p = splat(1.0f / 5040.0f);
  p = p * r + splat(1.0f / 720.0f);
  p = p * r + splat(1.0f / 120.0f);
  p = p * r + splat(1.0f / 24.0f);
  p = p * r + splat(1.0f / 6.0f);
  p = p * r + splat(0.5f);
  p = p * r + splat(1.0f);
  p = p * r + splat(1.0f);
  const F32x16 result = float_of(bits_of(p) + (bits_of(shifted) << 23));
  return select(splat(-87.0f) > x, splat(0.0f), result);
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
