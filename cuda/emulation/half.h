// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// fp16 and bf16 on the host, round to nearest even; NaN stays NaN.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace tkz::emulation {

inline float half_to_float(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1fu;
  const uint32_t mantissa = bits & 0x3ffu;
  float magnitude;
  if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    const uint32_t word = (exponent == 31 ? 255u : exponent + 112u) << 23 | mantissa << 13;
    memcpy(&magnitude, &word, sizeof magnitude);
  }
  uint32_t word;
  memcpy(&word, &magnitude, sizeof word);
  word |= sign;
  memcpy(&magnitude, &word, sizeof magnitude);
  return magnitude;
}

inline uint16_t float_to_half(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  const uint16_t sign = static_cast<uint16_t>((word >> 16) & 0x8000u);
  const float magnitude = std::fabs(value);
  if (std::isnan(value)) return sign | 0x7fffu;
  if (magnitude == 0.0f) return sign;
  if (magnitude >= 65520.0f) return sign | 0x7c00u;  // halfway to the next power of two and beyond
  // A unit in the last place is 2^(exponent - 10), at least 2^-24; nearbyint rounds to even.
  int exponent;
  std::frexp(magnitude, &exponent);
  const int unit = (exponent - 1 < -14 ? -14 : exponent - 1) - 10;
  const float steps = std::nearbyint(std::ldexp(magnitude, -unit));
  // Steps carry into the exponent field by themselves when they reach 2048.
  const int bits = ((unit + 24) << 10) + static_cast<int>(steps);
  return static_cast<uint16_t>(sign | bits);
}

inline uint16_t float_to_bfloat16(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  if (std::isnan(value)) return static_cast<uint16_t>((word >> 16) | 0x40u);
  return static_cast<uint16_t>((word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
}

}  // namespace tkz::emulation
