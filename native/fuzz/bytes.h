// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace fuzz {

/// Decisions read off the fuzzer's input; zeros when it ends.
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  uint8_t byte() {
    if (size_ == 0) return 0;
    size_--;
    return *data_++;
  }

  /// From `low` to `high`, both included.
  int64_t between(int64_t low, int64_t high) {
    const uint64_t choices = static_cast<uint64_t>(high - low) + 1;
    uint64_t number = byte();
    for (uint64_t seen = 256; seen < choices && seen != 0; seen *= 256) {
      number = number * 256 + byte();
    }
    return low + static_cast<int64_t>(number % choices);
  }

  /// True once in `n` times.
  bool rarely(int64_t n) { return between(0, n - 1) == n - 1; }

 private:
  const uint8_t* data_;
  size_t size_;
};

}  // namespace fuzz
