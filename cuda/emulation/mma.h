// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The tensor-core vocabulary of common/mma.cuh in software. Included by it only.
#pragma once

#include "common/numeric.cuh"

namespace tkz::emulation {

inline void ldmatrix4(uint32_t (&fragment)[4], const void* shared_row,
                      const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  check_alignment(shared_row, line);
  const uint64_t* rows =
      current_block().exchange(reinterpret_cast<uintptr_t>(shared_row), {file, line});
  const int lane = thread_index() % kWarpSize;
  for (int matrix = 0; matrix < 4; ++matrix) {
    const uint64_t row = rows[8 * matrix + lane / 4];
    memcpy(&fragment[matrix], reinterpret_cast<const char*>(row) + 4 * (lane % 4), 4);
  }
}

/// Products and their sum are exact, or nearly so; the machine's own order is not documented.
template <typename T>
void mma16816(float* sum, const uint32_t (&a)[4], uint32_t b0, uint32_t b1,
              const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  const auto both = [](uint32_t low, uint32_t high) {
    return static_cast<uint64_t>(low) | static_cast<uint64_t>(high) << 32;
  };
  const int row = thread_index() % kWarpSize / 4;
  const int pair = thread_index() % kWarpSize % 4;
  double left[2][16], right[2][16];  // rows `row`, `row` + 8 of a; columns 2 pair, 2 pair + 1 of b
  const auto element = [](uint64_t word, int i) {
    return static_cast<double>(to_float(T{static_cast<uint16_t>(word >> 16 * i)}));
  };
  for (int half = 0; half < 2; ++half) {  // columns 0 to 7 and 8 to 15 of a
    const uint64_t* lanes =
        current_block().exchange(both(a[2 * half], a[2 * half + 1]), {file, line});
    for (int k = 0; k < 8; ++k) {
      const uint64_t word = lanes[4 * row + k / 2];
      left[0][8 * half + k] = element(word, k % 2);
      left[1][8 * half + k] = element(word, 2 + k % 2);
    }
  }
  const uint64_t* lanes = current_block().exchange(both(b0, b1), {file, line});
  for (int column = 0; column < 2; ++column) {
    for (int k = 0; k < 16; ++k) {
      const uint64_t word = lanes[4 * (2 * pair + column) + k % 8 / 2];
      right[column][k] = element(word, 2 * (k / 8) + k % 2);
    }
  }
  for (int i = 0; i < 4; ++i) {
    double total = sum[i];
    for (int k = 0; k < 16; ++k) total += left[i / 2][k] * right[i % 2][k];
    sum[i] = static_cast<float>(total);
  }
}

}  // namespace tkz::emulation
