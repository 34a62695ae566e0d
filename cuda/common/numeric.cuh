// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Storage types and their way to and from fp32. Arithmetic happens in fp32 only.
#pragma once

#include "common/device.cuh"

namespace tkz::TKZ_BACKEND {

constexpr float kInfinity = __builtin_huge_valf();
constexpr float kNaN = __builtin_nanf("");

struct Half {
  uint16_t bits;
};
struct BFloat16 {
  uint16_t bits;
};

TKZ_DEVICE float to_float(float value) { return value; }
TKZ_DEVICE float to_float(Half value) { return half_to_float(value.bits); }
TKZ_DEVICE float to_float(BFloat16 value) {
  return bits_to_float(static_cast<uint32_t>(value.bits) << 16);
}

template <typename T>
TKZ_DEVICE T from_float(float value);
template <>
TKZ_DEVICE float from_float<float>(float value) {
  return value;
}
template <>
TKZ_DEVICE Half from_float<Half>(float value) {
  return {float_to_half(value)};
}
template <>
TKZ_DEVICE BFloat16 from_float<BFloat16>(float value) {
  return {float_to_bfloat16(value)};
}

TKZ_DEVICE bool is_finite(float value) {
  return (float_to_bits(value) & 0x7f800000u) != 0x7f800000u;
}

/// What one lane holds of a row: 16 bytes of T, as they are stored.
template <typename T>
struct Chunk {
  static constexpr int kWidth = 16 / sizeof(T);
  union {
    Vec128 raw;
    T element[kWidth];
  };
};

/// `count` elements from `address`, the rest zero. kVector: all of them at once, 16-byte aligned.
template <typename T, bool kVector>
TKZ_DEVICE Chunk<T> load_chunk(const T* address, int64_t count) {
  Chunk<T> chunk;
  if (kVector) {
    chunk.raw = ldg128(address);
  } else {
    chunk.raw = Vec128{};
#pragma unroll
    for (int e = 0; e < Chunk<T>::kWidth; ++e) {
      if (e < count) chunk.element[e] = address[e];
    }
  }
  return chunk;
}

template <typename T, bool kVector>
TKZ_DEVICE void store_chunk(T* address, const Chunk<T>& chunk, int64_t count) {
  if (kVector) {
    store128(address, chunk.raw);
  } else {
#pragma unroll
    for (int e = 0; e < Chunk<T>::kWidth; ++e) {
      if (e < count) address[e] = chunk.element[e];
    }
  }
}

}  // namespace tkz::TKZ_BACKEND
