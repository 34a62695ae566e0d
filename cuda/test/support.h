// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the kernel tests share: checks, seeded inputs in every storage type, memory of the tested
// backend. The same tests run on the emulation (TKZ_EMULATION) and on a GPU.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "emulation/half.h"
#include "launchers.h"

#if defined(TKZ_EMULATION)
#include "emulation/block.h"
#else
#include <cuda_runtime.h>
#endif

namespace tkz::test {

#if defined(TKZ_EMULATION)
namespace backend = tkz::emulation;
#else
namespace backend = tkz::cuda;
#endif

inline int failures = 0;
inline std::string current_case;

inline void check(bool holds, const char* what, const char* file, int line) {
  if (holds) return;
  if (++failures <= 20) fprintf(stderr, "%s:%d: [%s] %s\n", file, line, current_case.c_str(), what);
}
#define CHECK(condition) ::tkz::test::check((condition), #condition, __FILE__, __LINE__)

/// Runs the tests of a program; its exit status, which CTest takes 77 for skipped.
inline int run_on_device(int (*tests)()) {
  int devices = 0;
  const int error = backend::device_count(&devices);
  if (error == 0 && devices > 0) return tests();
  printf("skipped: expected a usable device, got %s\n", backend::error_name(error));
  return 77;
}

/// Prints a summary; the exit status of a test.
inline int summary(const char* name, int cases) {
  printf("%s: %d cases, %d failed checks\n", name, cases, failures);
  return failures == 0 && cases > 0 ? 0 : 1;
}

inline bool is_near(double got, double expected, double tolerance) {
  return std::fabs(got - expected) <= tolerance;
}

/// Bytes that a kernel can reach; freed with the object. Starts filled with 0xcd, so that outputs a
/// kernel forgets show.
class Buffer {
 public:
  explicit Buffer(size_t bytes) : host_(bytes, 0xcd) {
#if defined(TKZ_EMULATION)
    // Exactly as many bytes as asked for: AddressSanitizer sees the first one beyond.
    device_ = new unsigned char[bytes];
#else
    must(cudaMalloc(&device_, bytes + 1));
#endif
    upload();
  }
  ~Buffer() {
#if defined(TKZ_EMULATION)
    delete[] static_cast<unsigned char*>(device_);
#else
    cudaFree(device_);
#endif
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void upload() {
#if defined(TKZ_EMULATION)
    std::copy(host_.begin(), host_.end(), static_cast<unsigned char*>(device_));
#else
    must(cudaMemcpy(device_, host_.data(), host_.size(), cudaMemcpyHostToDevice));
#endif
  }
  void download() {
#if defined(TKZ_EMULATION)
    std::copy_n(static_cast<unsigned char*>(device_), host_.size(), host_.begin());
#else
    must(cudaMemcpy(host_.data(), device_, host_.size(), cudaMemcpyDeviceToHost));
#endif
  }
  template <typename T>
  T* device(size_t byte_offset = 0) {
    return reinterpret_cast<T*>(static_cast<unsigned char*>(device_) + byte_offset);
  }
  std::vector<unsigned char>& host() { return host_; }

 private:
#if !defined(TKZ_EMULATION)
  static void must(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "%s: %s\n", cudaGetErrorName(error), cudaGetErrorString(error));
    exit(1);
  }
#endif
  std::vector<unsigned char> host_;
  void* device_ = nullptr;
};

/// A contiguous output of `count` elements that starts `byte_offset` into its memory.
template <typename T>
class Output {
 public:
  explicit Output(int64_t count, size_t byte_offset = 0)
      : count_(count), offset_(byte_offset), buffer_(count * sizeof(T) + byte_offset) {}
  T* device() { return buffer_.template device<T>(offset_); }
  std::vector<T> values() {
    buffer_.download();
    std::vector<T> result(count_);
    if (count_ > 0) memcpy(result.data(), buffer_.host().data() + offset_, count_ * sizeof(T));
    return result;
  }

 private:
  int64_t count_;
  size_t offset_;
  Buffer buffer_;
};

inline size_t size_of(DType dtype) { return dtype == DType::kF32 ? 4 : 2; }

inline const char* name_of(DType dtype) {
  return dtype == DType::kF32 ? "fp32" : dtype == DType::kF16 ? "fp16" : "bf16";
}

/// What remains of a value in storage.
inline float stored(DType dtype, float value) {
  if (dtype == DType::kF16) return emulation::half_to_float(emulation::float_to_half(value));
  if (dtype == DType::kF32) return value;
  const uint32_t word = static_cast<uint32_t>(emulation::float_to_bfloat16(value)) << 16;
  float result;
  memcpy(&result, &word, sizeof result);
  return result;
}

inline void store(DType dtype, void* base, int64_t index, float value) {
  if (dtype == DType::kF32) {
    memcpy(static_cast<char*>(base) + 4 * index, &value, 4);
    return;
  }
  const uint16_t bits =
      dtype == DType::kF16 ? emulation::float_to_half(value) : emulation::float_to_bfloat16(value);
  memcpy(static_cast<char*>(base) + 2 * index, &bits, 2);
}

inline float load(DType dtype, const void* base, int64_t index) {
  if (dtype == DType::kF32) {
    float value;
    memcpy(&value, static_cast<const char*>(base) + 4 * index, 4);
    return value;
  }
  uint16_t bits;
  memcpy(&bits, static_cast<const char*>(base) + 2 * index, 2);
  if (dtype == DType::kF16) return emulation::half_to_float(bits);
  const uint32_t word = static_cast<uint32_t>(bits) << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

/// A strided tensor in the backend's memory; what lies between its elements is NaN in every type.
class Input {
 public:
  Input(DType dtype, std::vector<int64_t> shape, std::vector<int64_t> stride, int64_t offset,
        const std::function<float()>& next)
      : dtype_(dtype), shape_(shape), stride_(stride), offset_(offset), buffer_(extent()) {
    std::fill(buffer_.host().begin(), buffer_.host().end(), 0xff);
    std::vector<int64_t> index(shape.size(), 0);
    for (int64_t i = 0; i < elements(); ++i) {
      set(index, next());
      for (size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];) index[d] = 0;
    }
    buffer_.upload();
  }
  const void* device() { return buffer_.device<unsigned char>(offset_ * size_of(dtype_)); }
  int64_t stride(int dim) const { return stride_[dim]; }
  double at(const std::vector<int64_t>& index) {
    return load(dtype_, buffer_.host().data(), position(index));
  }
  void set(const std::vector<int64_t>& index, float value) {
    store(dtype_, buffer_.host().data(), position(index), value);
  }
  void upload() { buffer_.upload(); }

 private:
  int64_t elements() const {
    int64_t count = 1;
    for (const int64_t extent : shape_) count *= extent;
    return count;
  }
  size_t extent() const {
    if (elements() == 0) return offset_ * size_of(dtype_);
    int64_t last = offset_;
    for (size_t d = 0; d < shape_.size(); ++d) last += (shape_[d] - 1) * stride_[d];
    return (last + 1) * size_of(dtype_);
  }
  int64_t position(const std::vector<int64_t>& index) const {
    int64_t position = offset_;
    for (size_t d = 0; d < index.size(); ++d) position += index[d] * stride_[d];
    return position;
  }

  DType dtype_;
  std::vector<int64_t> shape_;
  std::vector<int64_t> stride_;
  int64_t offset_;
  Buffer buffer_;
};

/// Row-major strides.
inline std::vector<int64_t> contiguous(const std::vector<int64_t>& shape) {
  std::vector<int64_t> stride(shape.size(), 1);
  for (size_t d = shape.size() - 1; d-- > 0;) stride[d] = stride[d + 1] * shape[d + 1];
  return stride;
}

/// Calls `body` under several schedules (emulation), or several times (GPU).
inline void repeat(const std::function<void()>& body) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
#if defined(TKZ_EMULATION)
    emulation::set_schedule_seed(seed);
#endif
    body();
  }
}

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() &&
         (a.empty() || memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

}  // namespace tkz::test
