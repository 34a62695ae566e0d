// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensors of int32: indices, plans, assignments. Rows are one longer than they have to be.
#pragma once

#include <random>
#include <vector>

#include "tokenzip/tokenzip.h"

namespace test {

class IndexTensor {
 public:
  explicit IndexTensor(std::vector<int64_t> shape, int32_t value = -1) {
    view.dtype = TKZ_I32;
    view.ndim = static_cast<int32_t>(shape.size());
    int64_t stride = 1;
    for (int d = view.ndim - 1; d >= 0; d--) {
      view.shape[d] = shape[static_cast<size_t>(d)];
      view.stride[d] = stride;
      stride *= view.shape[d];
      if (d == view.ndim - 1) stride += 1;
    }
    storage_.assign(static_cast<size_t>(stride) + 1, value);
    view.data = storage_.data();
  }
  IndexTensor(const IndexTensor&) = delete;
  IndexTensor& operator=(const IndexTensor&) = delete;

  int32_t& operator()(int64_t i, int64_t j, int64_t k = 0) {
    const int64_t last = view.ndim == 3 ? k * view.stride[2] : 0;
    return storage_[static_cast<size_t>(i * view.stride[0] + j * view.stride[1] + last)];
  }

  /// Numbers in [0, limit), and some that are none: -1, limit, both ends of int32.
  IndexTensor& randomize(uint32_t seed, int64_t limit) {
    std::mt19937 generator(seed);
    const int32_t none[] = {-1, static_cast<int32_t>(limit), INT32_MIN, INT32_MAX};
    for (int32_t& value : storage_) {
      const uint32_t draw = generator();
      value =
          draw % 5 == 0 || limit == 0 ? none[draw / 5 % 4] : static_cast<int32_t>(draw / 5 % limit);
    }
    return *this;
  }

  tkz_tensor view = {};

 private:
  std::vector<int32_t> storage_;
};

}  // namespace test
