// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory and tensors for the cases.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <random>

#include "tokenzip/tokenzip.h"

namespace bench {

inline void check(int32_t status) {
  if (status == TKZ_OK) return;
  fprintf(stderr, "%s\n", tkz_last_error());
  exit(1);
}

inline const char* name_of(tkz_dtype dtype) {
  return dtype == TKZ_F32 ? "fp32" : dtype == TKZ_F16 ? "fp16" : "bf16";
}

inline int64_t size_of(tkz_dtype dtype) { return dtype == TKZ_F32 ? 4 : 2; }

/// Memory aligned to 256 bytes.
using Memory = std::unique_ptr<void, decltype(&free)>;

inline Memory allocate(int64_t bytes) {
  const size_t rounded = static_cast<size_t>((bytes + 255) / 256 * 256);
  return Memory(aligned_alloc(256, rounded), &free);
}

inline tkz_tensor contiguous(void* data, tkz_dtype dtype, std::initializer_list<int64_t> shape) {
  tkz_tensor t = {};
  t.data = data;
  t.dtype = dtype;
  for (const int64_t extent : shape) t.shape[t.ndim++] = extent;
  int64_t stride = 1;
  for (int i = t.ndim - 1; i >= 0; i--) {
    t.stride[i] = stride;
    stride *= t.shape[i];
  }
  return t;
}

/// Normal numbers; as bf16 their upper halves, which as fp16 are ordinary numbers too. A prime
/// number of them repeats: making a gigabyte then takes no longer than copying it, and rows of a
/// tensor still differ.
inline Memory random_values(int64_t count, tkz_dtype dtype, uint32_t seed) {
  constexpr int64_t kPeriod = 65537;
  const int64_t e = size_of(dtype), period = std::min(count, kPeriod);
  Memory memory = allocate(count * e);
  char* const bytes = static_cast<char*>(memory.get());
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  for (int64_t i = 0; i < period; i++) {
    const float value = normal(generator);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (e == 2) bits >>= 16;
    memcpy(bytes + i * e, &bits, static_cast<size_t>(e));  // little-endian, like all we support
  }
  for (int64_t i = period; i < count; i += period) {
    memcpy(bytes + i * e, bytes, static_cast<size_t>(std::min(period, count - i) * e));
  }
  return memory;
}

}  // namespace bench
