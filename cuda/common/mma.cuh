// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensor cores, as part of the device vocabulary: 8 x 8 matrices of 16-bit elements from shared
// memory, and the product of a 16 x 16 with a 16 x 8 matrix. Fragments are laid out as PTX has them
// (mma.m16n8k16, row.col): lane l has row l/4 and columns 2(l%4), 2(l%4)+1 of every 8 x 8 quarter.
#pragma once

#include "common/numeric.cuh"

#if defined(TKZ_EMULATION)
#include "emulation/mma.h"
#else

namespace tkz::cuda {

/// Loads four 8 x 8 matrices: lane l names row l%8 of matrix l/8, 16 bytes at a multiple of 16.
TKZ_DEVICE void ldmatrix4(uint32_t (&fragment)[4], const void* shared_row) {
  const uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(shared_row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(fragment[0]), "=r"(fragment[1]), "=r"(fragment[2]), "=r"(fragment[3])
               : "r"(address)
               : "memory");
}

/// sum [16 x 8] += a [16 x 16] * b [16 x 8], accumulated in fp32. `T` says what the 16 bits are.
template <typename T>
TKZ_DEVICE void mma16816(float* sum, const uint32_t (&a)[4], uint32_t b0, uint32_t b1);

template <>
TKZ_DEVICE void mma16816<Half>(float* sum, const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

template <>
TKZ_DEVICE void mma16816<BFloat16>(float* sum, const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

}  // namespace tkz::cuda
#endif
