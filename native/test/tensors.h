// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensors that own their memory, in any storage type and with any strides.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "emulation/half.h"
#include "tokenzip/tokenzip.h"

namespace test {

inline int64_t size_of(int32_t dtype) { return dtype == TKZ_F32 ? 4 : 2; }

/// Writes `value`, rounded to nearest even, at element `i` of memory of type `dtype`.
inline void put(void* data, int32_t dtype, int64_t i, float value) {
  char* at = static_cast<char*>(data) + i * size_of(dtype);
  if (dtype == TKZ_F32) {
    memcpy(at, &value, sizeof value);
  } else if (dtype == TKZ_F16) {
    const uint16_t half = tkz::emulation::float_to_half(value);
    memcpy(at, &half, sizeof half);
  } else {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    // NaN keeps its upper half, which is a NaN here.
    if (value == value) bits += 0x7fff + ((bits >> 16) & 1);
    const uint16_t upper = static_cast<uint16_t>(bits >> 16);
    memcpy(at, &upper, sizeof upper);
  }
}

inline float get(const void* data, int32_t dtype, int64_t i) {
  const char* at = static_cast<const char*>(data) + i * size_of(dtype);
  if (dtype == TKZ_F32) {
    float value;
    memcpy(&value, at, sizeof value);
    return value;
  }
  if (dtype == TKZ_F16) {
    uint16_t half;
    memcpy(&half, at, sizeof half);
    return tkz::emulation::half_to_float(half);
  }
  uint16_t upper;
  memcpy(&upper, at, sizeof upper);
  const uint32_t bits = static_cast<uint32_t>(upper) << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// Where a tensor's elements lie. kPadded leaves gaps after every row and starts one element off
/// alignment; kTokensFirst swaps dimensions 1 and 2 in memory, as attention towers leave keys.
enum class Memory { kContiguous, kPadded, kTokensFirst };

/// Every element, and what lies between them, starts as `kUntouched`, exact in all types.
constexpr float kUntouched = -768.0f;

class Tensor {
 public:
  Tensor(int32_t dtype, std::vector<int64_t> shape, Memory memory = Memory::kContiguous) {
    view.dtype = dtype;
    view.ndim = static_cast<int32_t>(shape.size());
    std::vector<int> order;
    for (int i = 0; i < view.ndim; i++) order.push_back(i);
    if (memory == Memory::kTokensFirst) std::swap(order[1], order[2]);
    int64_t stride = 1;
    for (int i = view.ndim - 1; i >= 0; i--) {
      const int dim = order[i];
      view.shape[dim] = shape[dim];
      view.stride[dim] = stride;
      stride *= shape[dim];
      if (memory == Memory::kPadded && i == view.ndim - 1) stride += 3;
    }
    const int64_t offset = memory == Memory::kPadded ? 1 : 0;
    capacity_ = stride + offset;
    storage_.resize(static_cast<size_t>(capacity_ * size_of(dtype) + 64));
    view.data = storage_.data() + offset * size_of(dtype);
    for (int64_t i = -offset; i < stride; i++) put(view.data, dtype, i, kUntouched);
  }
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;

  // Braces choose the overloads without an allocation: tests under a sanitizer live on them.
  int64_t at(std::initializer_list<int64_t> index) const {
    int64_t offset = 0;
    const int64_t* stride = view.stride;
    for (const int64_t i : index) offset += i * *stride++;
    return offset;
  }
  int64_t at(const std::vector<int64_t>& index) const {
    int64_t offset = 0;
    for (size_t i = 0; i < index.size(); i++) offset += index[i] * view.stride[i];
    return offset;
  }
  float get(std::initializer_list<int64_t> index) const {
    return test::get(view.data, view.dtype, at(index));
  }
  float get(const std::vector<int64_t>& index) const {
    return test::get(view.data, view.dtype, at(index));
  }
  void set(std::initializer_list<int64_t> index, float value) {
    put(view.data, view.dtype, at(index), value);
  }
  void set(const std::vector<int64_t>& index, float value) {
    put(view.data, view.dtype, at(index), value);
  }

  int64_t count() const {
    int64_t n = 1;
    for (int i = 0; i < view.ndim; i++) n *= view.shape[i];
    return n;
  }

  /// Elements in index order, as they are stored.
  std::vector<float> values() const {
    std::vector<float> all;
    for (int64_t i = 0; i < count(); i++) all.push_back(test::get(view.data, view.dtype, nth(i)));
    return all;
  }

  Tensor& fill(const std::vector<float>& values) {
    for (int64_t i = 0, n = count(); i < n; i++) {
      put(view.data, view.dtype, nth(i), values[static_cast<size_t>(i)]);
    }
    return *this;
  }

  /// Normal numbers times `spread`.
  Tensor& randomize(uint32_t seed, float spread = 1.0f) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    for (int64_t i = 0, n = count(); i < n; i++) {
      put(view.data, view.dtype, nth(i), spread * normal(generator));
    }
    return *this;
  }

  /// All bytes, gaps included: equal when two runs wrote exactly the same.
  const std::vector<unsigned char>& bytes() const { return storage_; }

  tkz_tensor view = {};

 private:
  /// Where the element that is the `i`-th in index order lies.
  int64_t nth(int64_t i) const {
    int64_t offset = 0;
    for (int d = view.ndim - 1; d >= 0; d--) {
      offset += i % view.shape[d] * view.stride[d];
      i /= view.shape[d];
    }
    return offset;
  }

  int64_t capacity_ = 0;
  std::vector<unsigned char> storage_;
};

/// A context for as long as a test needs it.
class Context {
 public:
  explicit Context(int32_t backend = TKZ_BACKEND_CPU, int32_t threads = 0) {
    if (tkz_ctx_create(backend, 0, threads, &ctx_) != TKZ_OK) abort();
  }
  ~Context() { tkz_ctx_destroy(ctx_); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  operator tkz_ctx*() const { return ctx_; }

 private:
  tkz_ctx* ctx_ = nullptr;
};

/// The backends of this build that run without a GPU.
inline std::vector<int32_t> backends() {
  std::vector<int32_t> all = {TKZ_BACKEND_CPU};
  if (tkz_has_backend(TKZ_BACKEND_EMULATION)) all.push_back(TKZ_BACKEND_EMULATION);
  return all;
}

}  // namespace test
