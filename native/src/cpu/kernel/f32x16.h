// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Sixteen floats, whatever the instruction set: one register with AVX-512, two with AVX2, four with
// SSE2. Every operation does the same to the same lane in all three, products and sums are rounded
// separately (the sources are built with -ffp-contract=off), and sums across lanes follow one tree.
// So a result never depends on the machine it was computed on.
//
// Files that include this are compiled once per instruction set into namespace tkz::cpu::TKZ_ISA.
// They include no standard C++ header with inline functions: the linker would keep one copy of such
// a function, perhaps one the machine cannot run.
#pragma once

#include <immintrin.h>
#include <stdint.h>

#include "common/arguments.h"

#define TKZ_INLINE inline __attribute__((always_inline))

namespace tkz::cpu::TKZ_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
#elif defined(__AVX2__)
constexpr int kWidth = 8;
#else
constexpr int kWidth = 4;
#endif
constexpr int kLanes = 16;
constexpr int kParts = kLanes / kWidth;

typedef float NativeFloat __attribute__((vector_size(kWidth * 4)));
typedef int32_t NativeInt __attribute__((vector_size(kWidth * 4)));
typedef uint32_t NativeBits __attribute__((vector_size(kWidth * 4)));

struct F32x16 {
  NativeFloat part[kParts];
};

struct I32x16 {
  NativeInt part[kParts];
};

/// Applies `f` to each part of the arguments.
#define TKZ_PARTS(Result, expression)                             \
  Result result;                                                  \
  for (int i = 0; i < kParts; i++) result.part[i] = (expression); \
  return result

/// x - 0 is x and costs nothing; x + 0 is not when x is -0, and the compiler adds.
TKZ_INLINE F32x16 splat(float x) { TKZ_PARTS(F32x16, (x - NativeFloat{})); }
TKZ_INLINE I32x16 splat(int32_t x) { TKZ_PARTS(I32x16, (NativeInt{} + x)); }
TKZ_INLINE F32x16 operator+(F32x16 a, F32x16 b) { TKZ_PARTS(F32x16, a.part[i] + b.part[i]); }
TKZ_INLINE F32x16 operator-(F32x16 a, F32x16 b) { TKZ_PARTS(F32x16, a.part[i] - b.part[i]); }
TKZ_INLINE F32x16 operator*(F32x16 a, F32x16 b) { TKZ_PARTS(F32x16, a.part[i] * b.part[i]); }
TKZ_INLINE F32x16 operator/(F32x16 a, F32x16 b) { TKZ_PARTS(F32x16, a.part[i] / b.part[i]); }
/// Integers wrap around.
TKZ_INLINE I32x16 operator+(I32x16 a, I32x16 b) {
  TKZ_PARTS(I32x16, (NativeInt)((NativeBits)a.part[i] + (NativeBits)b.part[i]));
}
TKZ_INLINE I32x16 operator-(I32x16 a, I32x16 b) {
  TKZ_PARTS(I32x16, (NativeInt)((NativeBits)a.part[i] - (NativeBits)b.part[i]));
}
TKZ_INLINE I32x16 operator&(I32x16 a, I32x16 b) { TKZ_PARTS(I32x16, a.part[i] & b.part[i]); }
TKZ_INLINE I32x16 operator|(I32x16 a, I32x16 b) { TKZ_PARTS(I32x16, a.part[i] | b.part[i]); }
TKZ_INLINE I32x16 operator^(I32x16 a, I32x16 b) { TKZ_PARTS(I32x16, a.part[i] ^ b.part[i]); }
TKZ_INLINE I32x16 operator<<(I32x16 a, int n) {
  TKZ_PARTS(I32x16, (NativeInt)((NativeBits)a.part[i] << n));
}
/// Shifts copies of the sign bit in.
TKZ_INLINE I32x16 operator>>(I32x16 a, int n) { TKZ_PARTS(I32x16, a.part[i] >> n); }

/// Comparisons give a lane of ones where they hold and of zeros elsewhere (also for NaN).
TKZ_INLINE I32x16 operator>(F32x16 a, F32x16 b) { TKZ_PARTS(I32x16, a.part[i] > b.part[i]); }
TKZ_INLINE I32x16 operator>(I32x16 a, I32x16 b) { TKZ_PARTS(I32x16, a.part[i] > b.part[i]); }
TKZ_INLINE I32x16 operator>=(I32x16 a, I32x16 b) { TKZ_PARTS(I32x16, a.part[i] >= b.part[i]); }
TKZ_INLINE I32x16 operator==(I32x16 a, I32x16 b) { TKZ_PARTS(I32x16, a.part[i] == b.part[i]); }

TKZ_INLINE F32x16 select(I32x16 mask, F32x16 yes, F32x16 no) {
  TKZ_PARTS(F32x16, mask.part[i] ? yes.part[i] : no.part[i]);
}
TKZ_INLINE I32x16 select(I32x16 mask, I32x16 yes, I32x16 no) {
  TKZ_PARTS(I32x16, mask.part[i] ? yes.part[i] : no.part[i]);
}

TKZ_INLINE I32x16 bits_of(F32x16 a) { TKZ_PARTS(I32x16, (NativeInt)a.part[i]); }
TKZ_INLINE F32x16 float_of(I32x16 a) { TKZ_PARTS(F32x16, (NativeFloat)a.part[i]); }

#undef TKZ_PARTS

/// The lane numbers 0 to 15.
TKZ_INLINE I32x16 lane_index() {
  static const int32_t index[kLanes] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  I32x16 result;
  __builtin_memcpy(&result, index, sizeof result);
  return result;
}

TKZ_INLINE I32x16 load(const int32_t* p) {
  I32x16 result;
  __builtin_memcpy(&result, p, sizeof result);
  return result;
}

TKZ_INLINE F32x16 load(const float* p) {
  F32x16 result;
  __builtin_memcpy(&result, p, sizeof result);
  return result;
}

TKZ_INLINE void store(F32x16 a, float* p) { __builtin_memcpy(p, &a, sizeof a); }
TKZ_INLINE void store(I32x16 a, int32_t* p) { __builtin_memcpy(p, &a, sizeof a); }

template <int kNumber>
struct Constant {
  static constexpr int kValue = kNumber;
};

/// Lanes of `a` and then `b` by their number.
TKZ_INLINE NativeFloat pick(NativeFloat a, NativeFloat b, NativeInt number) {
#if defined(__clang__)  // has no __builtin_shuffle
  NativeFloat result;
  for (int i = 0; i < kWidth; i++) {
    result[i] = number[i] < kWidth ? a[number[i]] : b[number[i] - kWidth];
  }
  return result;
#else
  return __builtin_shuffle(a, b, number);
#endif
}

/// Adds the two halves of every run of 2 * kHalf lanes; the runs of `a` come before those of `b`.
template <int kHalf>
TKZ_INLINE NativeFloat fold(NativeFloat a, NativeFloat b) {
  constexpr int kRun = 2 * kHalf;
  NativeInt low, high;
  for (int i = 0; i < kWidth; i++) {
    low[i] = (i / kHalf) * kRun + i % kHalf;
    high[i] = low[i] + kHalf;
  }
  return pick(a, b, low) + pick(a, b, high);
}

/// The sums of sixteen vectors: lane i is the sum of rows[i], added as a tree of halves (lane j and
/// j + 8, then j and j + 4, j + 2, j + 1). Overwrites `rows`.
TKZ_INLINE F32x16 sum_each(F32x16* rows) {
  NativeFloat level[kLanes];
  for (int i = 0; i < kLanes; i++) {
#if defined(__AVX512F__)
    level[i] = rows[i].part[0];
#elif defined(__AVX2__)
    level[i] = rows[i].part[0] + rows[i].part[1];
#else
    level[i] = (rows[i].part[0] + rows[i].part[2]) + (rows[i].part[1] + rows[i].part[3]);
#endif
  }
  F32x16 result;
#if defined(__AVX512F__)
  for (int i = 0; i < 8; i++) level[i] = fold<8>(level[2 * i], level[2 * i + 1]);
  for (int i = 0; i < 4; i++) level[i] = fold<4>(level[2 * i], level[2 * i + 1]);
  for (int i = 0; i < 2; i++) level[i] = fold<2>(level[2 * i], level[2 * i + 1]);
  result.part[0] = fold<1>(level[0], level[1]);
#elif defined(__AVX2__)
  for (int i = 0; i < 8; i++) level[i] = fold<4>(level[2 * i], level[2 * i + 1]);
  for (int i = 0; i < 4; i++) level[i] = fold<2>(level[2 * i], level[2 * i + 1]);
  for (int i = 0; i < 2; i++) result.part[i] = fold<1>(level[2 * i], level[2 * i + 1]);
#else
  for (int i = 0; i < 8; i++) level[i] = fold<2>(level[2 * i], level[2 * i + 1]);
  for (int i = 0; i < 4; i++) result.part[i] = fold<1>(level[2 * i], level[2 * i + 1]);
#endif
  return result;
}

/// Exchanges, in every square of 2 * kHalf rows and lanes, the upper right with the lower left
/// quarter; `a` is one of the upper rows and `b` lies kHalf below it.
template <int kHalf>
TKZ_INLINE void exchange(NativeFloat& a, NativeFloat& b) {
  NativeInt upper, lower;
  for (int i = 0; i < kWidth; i++) {
    upper[i] = (i & kHalf) == 0 ? i : kWidth + i - kHalf;
    lower[i] = (i & kHalf) == 0 ? i + kHalf : kWidth + i;
  }
  const NativeFloat first = pick(a, b, upper);
  b = pick(a, b, lower);
  a = first;
}

/// Lane i of rows[j] becomes lane j of rows[i].
TKZ_INLINE void transpose(F32x16* rows) {
  const auto exchange_all = [&](auto half) {
    constexpr int kHalf = decltype(half)::kValue;
    for (int row = 0; row < kLanes; row++) {
      if ((row & kHalf) != 0) continue;
      for (int i = 0; i < kParts; i++)
        exchange<kHalf>(rows[row].part[i], rows[row + kHalf].part[i]);
    }
  };
  exchange_all(Constant<1>{});
  exchange_all(Constant<2>{});
#if defined(__AVX2__)
  exchange_all(Constant<4>{});
#endif
#if defined(__AVX512F__)
  exchange_all(Constant<8>{});
#endif
  for (int row = 0; row < kLanes; row++) {  // whole registers
    for (int i = row / kWidth + 1; i < kParts; i++) {
      const int other = i * kWidth + row % kWidth;
      const NativeFloat swapped = rows[row].part[i];
      rows[row].part[i] = rows[other].part[row / kWidth];
      rows[other].part[row / kWidth] = swapped;
    }
  }
}

/// Sum over the lanes, by the same tree.
TKZ_INLINE float sum(F32x16 a) {
  float lane[kLanes];
  store(a, lane);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  }
  return lane[0];
}

TKZ_INLINE float max(F32x16 a) {
  float lane[kLanes];
  store(a, lane);
  float best = lane[0];
  for (int i = 1; i < kLanes; i++) best = lane[i] > best ? lane[i] : best;
  return best;
}

TKZ_INLINE bool any(I32x16 mask) {
  NativeInt all = mask.part[0];
  for (int i = 1; i < kParts; i++) all |= mask.part[i];
  int32_t lane[kWidth], seen = 0;
  __builtin_memcpy(lane, &all, sizeof all);
  for (int i = 0; i < kWidth; i++) seen |= lane[i];
  return seen != 0;
}

/// The lanes where a comparison holds, as bits.
TKZ_INLINE uint32_t set_lanes(I32x16 mask) {
  uint32_t bits = 0;
  for (int i = 0; i < kParts; i++) {
#if defined(__AVX512F__)
    bits |= static_cast<uint32_t>(_mm512_movepi32_mask((__m512i)mask.part[i]));
#elif defined(__AVX2__)
    bits |= static_cast<uint32_t>(_mm256_movemask_ps((__m256)mask.part[i])) << (i * kWidth);
#else
    bits |= static_cast<uint32_t>(_mm_movemask_ps((__m128)mask.part[i])) << (i * kWidth);
#endif
  }
  return bits;
}

/// Lanes that hold a NaN or an infinity.
TKZ_INLINE I32x16 non_finite(F32x16 a) {
  const I32x16 exponent = splat(0x7f800000);
  return (bits_of(a) & exponent) == exponent;
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
