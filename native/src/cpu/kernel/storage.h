// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// fp32, fp16 and bf16 in memory, sixteen fp32 lanes in registers. Widening is exact, narrowing
// rounds to nearest even, both give the same bits on every instruction set.
#pragma once

#include "cpu/kernel/f32x16.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

struct Half {
  uint16_t bits;
};

struct BFloat16 {
  uint16_t bits;
};

/// Sixteen unsigned 16-bit values, widened. (The masked forms are the same instructions; GCC 12
/// warns inside its own header about the plain ones.)
TKZ_INLINE I32x16 load_u16(const void* p) {
  I32x16 result;
#if defined(__AVX512F__)
  __m256i narrow;
  __builtin_memcpy(&narrow, p, sizeof narrow);
  result.part[0] = (NativeInt)_mm512_maskz_cvtepu16_epi32(0xffff, narrow);
#elif defined(__AVX2__)
  for (int i = 0; i < kParts; i++) {
    __m128i narrow;
    __builtin_memcpy(&narrow, static_cast<const char*>(p) + 16 * i, sizeof narrow);
    result.part[i] = (NativeInt)_mm256_cvtepu16_epi32(narrow);
  }
#else
  const __m128i zero = _mm_setzero_si128();
  for (int i = 0; i < kParts; i += 2) {
    __m128i narrow;
    __builtin_memcpy(&narrow, static_cast<const char*>(p) + 8 * i, sizeof narrow);
    result.part[i] = (NativeInt)_mm_unpacklo_epi16(narrow, zero);
    result.part[i + 1] = (NativeInt)_mm_unpackhi_epi16(narrow, zero);
  }
#endif
  return result;
}

TKZ_INLINE F32x16 load(const BFloat16* p) { return float_of(load_u16(p) << 16); }

TKZ_INLINE F32x16 load(const Half* p) {
#if defined(__AVX512F__)
  __m256i narrow;
  __builtin_memcpy(&narrow, p, sizeof narrow);
  F32x16 result;
  result.part[0] = (NativeFloat)_mm512_maskz_cvtph_ps(0xffff, narrow);
  return result;
#elif defined(__F16C__)
  F32x16 result;
  for (int i = 0; i < kParts; i++) {
    __m128i narrow;
    __builtin_memcpy(&narrow, p + kWidth * i, sizeof narrow);
    result.part[i] = (NativeFloat)_mm256_cvtph_ps(narrow);
  }
  return result;
#else
  // The exponent moves by 127 - 15 = 112; as a product that is right for subnormal halves too.
  const I32x16 narrow = load_u16(p);
  const I32x16 magnitude = narrow & splat(0x7fff);
  const F32x16 scaled = float_of(magnitude << 13) * splat(0x1p112f);
  const I32x16 special = magnitude > splat(0x7bff);
  const I32x16 quiet = (magnitude > splat(0x7c00)) & splat(0x00400000);
  const I32x16 bits = bits_of(scaled) | (special & splat(0x7f800000)) | quiet;
  return float_of(bits | ((narrow & splat(0x8000)) << 16));
#endif
}

TKZ_INLINE void narrow_to(float value, float* p) { *p = value; }

TKZ_INLINE void narrow_to(float value, BFloat16* p) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  const bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
  p->bits = static_cast<uint16_t>(nan ? (bits >> 16) | 0x40u
                                      : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

TKZ_INLINE void narrow_to(float value, Half* p) {
#if defined(__F16C__)
  p->bits = static_cast<uint16_t>(_cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT));
#else
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  bits &= 0x7fffffffu;
  uint32_t half;
  if (bits > 0x7f800000u) {
    half = 0x7e00u | ((bits >> 13) & 0x3ffu);
  } else if (bits >= 0x477ff000u) {  // 65520 and above round to infinity
    half = 0x7c00u;
  } else if (bits <
             0x38800000u) {  // subnormal: adding 0.5 leaves multiples of 2^-24 in the mantissa
    float magnitude;
    __builtin_memcpy(&magnitude, &bits, sizeof bits);
    magnitude += 0.5f;
    __builtin_memcpy(&half, &magnitude, sizeof half);
    half -= 0x3f000000u;
  } else {
    half = (bits - 0x38000000u + 0xfffu + ((bits >> 13) & 1u)) >> 13;
  }
  p->bits = static_cast<uint16_t>(sign | half);
#endif
}

template <class T>
TKZ_INLINE void store_rounded(F32x16 a, T* p) {
  float lane[kLanes];
  store(a, lane);
  for (int i = 0; i < kLanes; i++) narrow_to(lane[i], p + i);
}
TKZ_INLINE void store_rounded(F32x16 a, float* p) { store(a, p); }

/// The first `n` < 16 elements; the other lanes hold `fill`.
template <class T>
TKZ_INLINE F32x16 load_first(const T* p, int64_t n, float fill = 0.0f) {
  T padded[kLanes] = {};
  __builtin_memcpy(padded, p, static_cast<unsigned long>(n) * sizeof(T));
  return select(splat(static_cast<int32_t>(n)) > lane_index(), load(padded), splat(fill));
}

#if defined(__AVX512F__)
TKZ_INLINE F32x16 load_first(const float* p, int64_t n, float fill = 0.0f) {
  F32x16 result;
  result.part[0] = (NativeFloat)_mm512_mask_loadu_ps((__m512)splat(fill).part[0],
                                                     static_cast<__mmask16>((1u << n) - 1u), p);
  return result;
}
#endif

template <class T>
TKZ_INLINE void store_first(F32x16 a, T* p, int64_t n) {
  T all[kLanes];
  store_rounded(a, all);
  __builtin_memcpy(p, all, static_cast<unsigned long>(n) * sizeof(T));
}

template <class T>
struct Storage {
  using Type = T;
};

/// Calls `f` with the Storage that `dtype` stands for.
template <class F>
TKZ_INLINE void with_storage(DType dtype, const F& f) {
  switch (dtype) {
    case DType::kF32:
      return f(Storage<float>{});
    case DType::kF16:
      return f(Storage<Half>{});
    case DType::kBF16:
      return f(Storage<BFloat16>{});
  }
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
