// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Host side of a launch, the same for the GPU and the emulation.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "common/arguments.h"
#include "common/numeric.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kSuccess = 0;
constexpr int kInvalidValue = 1;          // cudaErrorInvalidValue
constexpr int kInvalidConfiguration = 9;  // cudaErrorInvalidConfiguration

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline bool is_aligned(const void* address) {
  return reinterpret_cast<uintptr_t>(address) % sizeof(Vec128) == 0;
}

/// Whether every one of these strides, in elements, keeps 16-byte alignment.
inline bool are_aligned(std::initializer_list<int64_t> strides, int64_t element_size) {
  for (const int64_t stride : strides) {
    if (stride * element_size % static_cast<int64_t>(sizeof(Vec128)) != 0) return false;
  }
  return true;
}

template <typename T>
struct Type {
  using type = T;
};

/// Calls `body` with Type<T> of the storage type.
template <typename Body>
int with_type(DType dtype, const Body& body) {
  switch (dtype) {
    case DType::kF32:
      return body(Type<float>());
    case DType::kF16:
      return body(Type<Half>());
    case DType::kBF16:
      return body(Type<BFloat16>());
  }
  return kInvalidValue;
}

/// Shared memory that a block can have on the current device when it asks.
inline int most_shared_bytes(int64_t* bytes) {
#if defined(TKZ_EMULATION)
  *bytes = 99 << 10;  // the least that any architecture has
  return kSuccess;
#else
  int device, most = 0;
  int error = cudaGetDevice(&device);
  if (error == kSuccess) {
    error = cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  }
  *bytes = most;
  return error;
#endif
}

/// Enqueues `kernel`; a grid too large for one launch is refused.
template <typename Args>
int launch(void (*kernel)(Args), int64_t blocks, int threads, int64_t shared_bytes, void* stream,
           const Args& args) {
  if (blocks > INT32_MAX) return kInvalidConfiguration;
#if defined(TKZ_EMULATION)
  (void)stream;
  run_grid(static_cast<int>(blocks), threads, shared_bytes, [&] { kernel(args); });
  return kSuccess;
#else
  constexpr int64_t kSharedWithoutAsking = 48 << 10;
  if (shared_bytes > kSharedWithoutAsking) {
    const int error = cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                           cudaFuncAttributeMaxDynamicSharedMemorySize,
                                           static_cast<int>(shared_bytes));
    if (error != kSuccess) return error;
  }
  void* parameters[] = {const_cast<Args*>(&args)};
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel),
                          dim3(static_cast<uint32_t>(blocks)), dim3(threads), parameters,
                          static_cast<size_t>(shared_bytes), static_cast<cudaStream_t>(stream));
#endif
}

/// Makes the driver load these kernels now instead of at their first launch.
template <typename... Kernel>
int load_kernels(Kernel*... kernels) {
#if defined(TKZ_EMULATION)
  ((void)kernels, ...);
  return kSuccess;
#else
  int error = kSuccess;
  cudaFuncAttributes attributes;
  ((error = error != kSuccess ? error : cudaFuncGetAttributes(&attributes, kernels)), ...);
  return error;
#endif
}

}  // namespace tkz::TKZ_BACKEND
