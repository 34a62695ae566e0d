// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// A ragged batch and the views of its single pictures.
#pragma once

#include <cstdint>
#include <vector>

#include "tensors.h"

namespace test {

class RaggedBatch {
 public:
  RaggedBatch(const std::vector<int32_t>& counts, int64_t max_tokens) {
    for (const int32_t count : counts) offsets.push_back(offsets.back() + count);
    view.size = sizeof view;
    view.batch = static_cast<int64_t>(counts.size());
    view.max_tokens = max_tokens;
    view.offsets = offsets.data();
  }
  RaggedBatch(const RaggedBatch&) = delete;
  RaggedBatch& operator=(const RaggedBatch&) = delete;

  int64_t total() const { return offsets.back(); }
  int64_t first(int64_t b) const { return offsets[static_cast<size_t>(b)]; }
  int64_t count(int64_t b) const { return offsets[static_cast<size_t>(b) + 1] - first(b); }

  /// Entry `b` of dimension `dim`.
  tkz_tensor picture(const tkz_tensor& all, int64_t b, int dim) const {
    return narrow(all, dim, b, 1);
  }
  /// The rows of picture `b` of a packed tensor; `dim` is its dimension of tokens.
  tkz_tensor rows(const tkz_tensor& all, int64_t b, int dim) const {
    return narrow(all, dim, first(b), count(b));
  }

  std::vector<int32_t> offsets = {0};
  tkz_ragged view = {};

 private:
  static tkz_tensor narrow(tkz_tensor view, int dim, int64_t begin, int64_t count) {
    view.data = static_cast<char*>(view.data) + begin * view.stride[dim] * size_of(view.dtype);
    view.shape[dim] = count;
    return view;
  }
};

}  // namespace test
