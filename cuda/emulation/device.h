// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The device vocabulary of common/device.cuh, said to the emulation. Included by it only.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/device.cuh"
#include "emulation/block.h"
#include "emulation/half.h"

#define TKZ_BACKEND emulation
#define TKZ_DEVICE inline
#define TKZ_KERNEL(threads, blocks) void

namespace tkz::emulation {

inline int thread_index() { return current_block().thread_index(); }
inline int block_index() { return current_block().block_index(); }
inline unsigned char* shared_memory() { return current_block().shared_memory(); }

inline void check_alignment(const void* address, int line) {
  if (reinterpret_cast<uintptr_t>(address) % sizeof(Vec128) != 0) {
    fprintf(stderr, "emulation: 16-byte access at line %d to %p, which is not a multiple of 16\n",
            line, address);
    abort();
  }
}

inline Vec128 ldg128(const void* address, int line = __builtin_LINE()) {
  check_alignment(address, line);
  Vec128 value;
  memcpy(&value, address, sizeof value);
  return value;
}

inline void store128(void* address, const Vec128& value, int line = __builtin_LINE()) {
  check_alignment(address, line);
  memcpy(address, &value, sizeof value);
}

// Nothing arrives before the wait: a kernel that reads too early reads what was there.
inline void cp_async16(void* shared, const void* global, int line = __builtin_LINE()) {
  check_alignment(shared, line);
  check_alignment(global, line);
  current_block().defer_copy(shared, global);
}
inline void cp_async_commit() { current_block().commit_copies(); }
template <int kPending>
void cp_async_wait() {
  current_block().finish_copies(kPending);
}

#define TKZ_SITE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
inline uint32_t float_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline uint32_t shfl(uint32_t value, int lane, TKZ_SITE) {
  return static_cast<uint32_t>(current_block().exchange(value, {file, line})[lane]);
}
inline float shfl(float value, int lane, TKZ_SITE) {
  return bits_to_float(shfl(float_to_bits(value), lane, file, line));
}
inline uint32_t ballot(bool predicate, TKZ_SITE) {
  const uint64_t* lanes = current_block().exchange(predicate, {file, line});
  uint32_t bits = 0;
  for (int lane = 0; lane < kWarpSize; ++lane) bits |= static_cast<uint32_t>(lanes[lane]) << lane;
  return bits;
}
inline uint32_t warp_add(uint32_t value, TKZ_SITE) {
  const uint64_t* lanes = current_block().exchange(value, {file, line});
  uint32_t sum = 0;
  for (int lane = 0; lane < kWarpSize; ++lane) sum += static_cast<uint32_t>(lanes[lane]);
  return sum;
}
inline uint32_t warp_max(uint32_t value, TKZ_SITE) {
  const uint64_t* lanes = current_block().exchange(value, {file, line});
  uint32_t most = 0;
  for (int lane = 0; lane < kWarpSize; ++lane) {
    if (lanes[lane] > most) most = static_cast<uint32_t>(lanes[lane]);
  }
  return most;
}
inline uint32_t warp_min(uint32_t value, TKZ_SITE) {
  const uint64_t* lanes = current_block().exchange(value, {file, line});
  uint32_t least = ~0u;
  for (int lane = 0; lane < kWarpSize; ++lane) {
    if (lanes[lane] < least) least = static_cast<uint32_t>(lanes[lane]);
  }
  return least;
}
inline void syncthreads(TKZ_SITE) { current_block().barrier(false, {file, line}); }
inline int syncthreads_count(bool predicate, TKZ_SITE) {
  return current_block().barrier(predicate, {file, line});
}
#undef TKZ_SITE

// Threads change at warp operations and barriers only, so these are indivisible.
inline void atomic_max(uint32_t* shared, uint32_t value) {
  if (*shared < value) *shared = value;
}
inline void atomic_min(uint64_t* shared, uint64_t value) {
  if (*shared > value) *shared = value;
}

inline int min(int a, int b) { return a < b ? a : b; }
inline int popcount(uint32_t bits) { return __builtin_popcount(bits); }
inline float fma(float a, float b, float c) { return std::fma(a, b, c); }
inline float mul_rounded(float a, float b) {
  volatile float product = a * b;  // which no compiler fuses with a sum
  return product;
}
inline float ex2(float x) { return std::exp2(x); }
inline float lg2(float x) { return std::log2(x); }

}  // namespace tkz::emulation
