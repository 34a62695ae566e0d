// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The device vocabulary: everything a kernel may say to the machine. A kernel that uses nothing
// else compiles unchanged for a GPU (nvcc) and for the emulation (g++ with TKZ_EMULATION). Warp
// operations are always executed by all 32 lanes, barriers by all threads of the block.
#pragma once

#include <cstdint>

namespace tkz {

constexpr int kWarpSize = 32;

/// 16 bytes, the widest access; addresses are multiples of 16.
struct alignas(16) Vec128 {
  uint32_t word[4];
};

}  // namespace tkz

#if defined(TKZ_EMULATION)
#include "emulation/device.h"
#else

/// Namespace of everything that exists once per backend.
#define TKZ_BACKEND cuda
#define TKZ_DEVICE __device__ __forceinline__
/// A kernel of at most `threads` per block, `blocks` of which fit on a multiprocessor.
#define TKZ_KERNEL(threads, blocks) __global__ void __launch_bounds__(threads, blocks)

namespace tkz::cuda {

TKZ_DEVICE int thread_index() { return static_cast<int>(threadIdx.x); }
TKZ_DEVICE int block_index() { return static_cast<int>(blockIdx.x); }

/// The block's dynamic shared memory, 16-byte aligned, uninitialised.
TKZ_DEVICE unsigned char* shared_memory() {
  extern __shared__ Vec128 tkz_shared[];
  return reinterpret_cast<unsigned char*>(tkz_shared);
}

/// Reads 16 bytes that no thread writes while the kernel runs.
TKZ_DEVICE Vec128 ldg128(const void* address) {
  const uint4 v = __ldg(static_cast<const uint4*>(address));
  return {{v.x, v.y, v.z, v.w}};
}

TKZ_DEVICE void store128(void* address, const Vec128& value) {
  *static_cast<Vec128*>(address) = value;
}

/// Starts copying 16 bytes from global to shared memory; see cp_async_wait.
TKZ_DEVICE void cp_async16(void* shared, const void* global) {
  const uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(global) : "memory");
}

/// Closes the group of copies this thread has started.
TKZ_DEVICE void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

/// Waits until at most `kPending` of this thread's groups are under way. The copies are then
/// visible to this thread; others need a barrier.
template <int kPending>
TKZ_DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
}

TKZ_DEVICE float shfl(float value, int lane) { return __shfl_sync(0xffffffffu, value, lane); }
TKZ_DEVICE uint32_t shfl(uint32_t value, int lane) { return __shfl_sync(0xffffffffu, value, lane); }
TKZ_DEVICE uint32_t ballot(bool predicate) { return __ballot_sync(0xffffffffu, predicate); }
TKZ_DEVICE uint32_t warp_add(uint32_t value) { return __reduce_add_sync(0xffffffffu, value); }
TKZ_DEVICE uint32_t warp_max(uint32_t value) { return __reduce_max_sync(0xffffffffu, value); }
TKZ_DEVICE uint32_t warp_min(uint32_t value) { return __reduce_min_sync(0xffffffffu, value); }

TKZ_DEVICE void syncthreads() { __syncthreads(); }
/// A barrier that tells every thread how many predicates were true.
TKZ_DEVICE int syncthreads_count(bool predicate) { return __syncthreads_count(predicate); }

/// Integer maxima and minima in shared memory: whatever the order, the result is the same.
TKZ_DEVICE void atomic_max(uint32_t* shared, uint32_t value) { atomicMax(shared, value); }
TKZ_DEVICE void atomic_min(uint64_t* shared, uint64_t value) {
  atomicMin(reinterpret_cast<unsigned long long*>(shared), value);
}

TKZ_DEVICE int popcount(uint32_t bits) { return __popc(bits); }
TKZ_DEVICE float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
/// A product that is rounded before anything is added to it, as the CPU backend does.
TKZ_DEVICE float mul_rounded(float a, float b) { return __fmul_rn(a, b); }
/// 2^x, within 2 ulp.
TKZ_DEVICE float ex2(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// Binary logarithm of a normal number, within 2^-22.
TKZ_DEVICE float lg2(float x) {
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

TKZ_DEVICE float half_to_float(uint16_t bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}

/// Round to nearest even.
TKZ_DEVICE uint16_t float_to_half(float value) {
  uint16_t bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}

TKZ_DEVICE uint16_t float_to_bfloat16(float value) {
  uint16_t bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}

TKZ_DEVICE float bits_to_float(uint32_t bits) { return __uint_as_float(bits); }
TKZ_DEVICE uint32_t float_to_bits(float value) { return __float_as_uint(value); }

}  // namespace tkz::cuda
#endif
