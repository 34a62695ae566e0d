// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the cases of one family share: tensors that live as long as the case, made at its first
// call.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "memory.h"

namespace bench {

/// Owner of the tensors of a problem.
class Problem {
 public:
  tkz_tensor random(tkz_dtype dtype, std::initializer_list<int64_t> shape, uint32_t seed) {
    tkz_tensor t = contiguous(nullptr, dtype, shape);
    return adopt(t, random_values(count(t), dtype, seed));
  }

  tkz_tensor empty(tkz_dtype dtype, std::initializer_list<int64_t> shape) {
    tkz_tensor t = contiguous(nullptr, dtype, shape);
    return adopt(t, allocate(count(t) * (dtype == TKZ_I32 ? 4 : size_of(dtype))));
  }

  /// The numbers 0 to below - 1 in turn, times `step`.
  tkz_tensor indices(std::initializer_list<int64_t> shape, int64_t below, int64_t step = 1) {
    tkz_tensor t = empty(TKZ_I32, shape);
    for (int64_t i = 0; i < count(t); i++) {
      static_cast<int32_t*>(t.data)[i] = static_cast<int32_t>(i % below * step);
    }
    return t;
  }

  tkz_tensor filled(float value, std::initializer_list<int64_t> shape) {
    tkz_tensor t = empty(TKZ_F32, shape);
    for (int64_t i = 0; i < count(t); i++) static_cast<float*>(t.data)[i] = value;
    return t;
  }

  int32_t* flags(int64_t batch) { return static_cast<int32_t*>(empty(TKZ_I32, {batch}).data); }

  void* bytes(size_t count) {
    memory_.push_back(allocate(static_cast<int64_t>(count)));
    return memory_.back().get();
  }

 private:
  static int64_t count(const tkz_tensor& t) {
    int64_t n = 1;
    for (int i = 0; i < t.ndim; i++) n *= t.shape[i];
    return n;
  }

  tkz_tensor adopt(tkz_tensor t, Memory memory) {
    t.data = memory.get();
    memory_.push_back(std::move(memory));
    return t;
  }

  std::vector<Memory> memory_;
};

/// A function that makes a P of these arguments at its first call and returns it at every call.
/// Cases that a filter leaves out so cost nothing.
template <class P, class... Arguments>
auto lazily(Arguments... arguments) {
  const auto made = std::make_shared<std::unique_ptr<P>>();
  return [=] {
    if (!*made) *made = std::make_unique<P>(arguments...);
    return made->get();
  };
}

inline std::string title(const char* name, tkz_dtype dtype, int64_t batch) {
  return std::string(name) + " " + name_of(dtype) + " B=" + std::to_string(batch);
}

}  // namespace bench
