// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "tokenzip/tokenzip.h"

namespace test {

/// Every element of an int32 tensor that a call has not written.
constexpr int32_t kUntouchedInt = -77;

/// A contiguous int32 tensor that owns its memory, exactly as much as it needs.
struct Ints {
  std::vector<int32_t> data;
  tkz_tensor view = {};

  explicit Ints(const std::vector<int64_t>& shape, std::vector<int32_t> values = {})
      : data(std::move(values)) {
    view.dtype = TKZ_I32;
    view.ndim = static_cast<int32_t>(shape.size());
    int64_t count = 1;
    for (int i = view.ndim - 1; i >= 0; i--) {
      view.shape[i] = shape[static_cast<size_t>(i)];
      view.stride[i] = count;
      count *= view.shape[i];
    }
    data.resize(static_cast<size_t>(count), kUntouchedInt);
    view.data = data.data();
  }
  Ints(const Ints&) = delete;
  Ints& operator=(const Ints&) = delete;

  /// Row `i` of a tensor seen as [rows, extent].
  std::vector<int32_t> row(int64_t i, int64_t extent) const {
    return {data.begin() + i * extent, data.begin() + (i + 1) * extent};
  }
};

}  // namespace test
