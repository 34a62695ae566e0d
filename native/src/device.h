// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What a backend that runs kernels can do, as a table: CUDA and its emulation look the same.
#pragma once

#include <cstdint>

#include "operator_list.h"

namespace tkz {

/// Largest problem the kernels take; see launchers.h.
struct DeviceLimits {
  int64_t heads, head_dim, select_tokens;
  int64_t row_tokens, ranked_tokens;
};

/// Every int is a cudaError_t, 0 for success.
struct Device {
  const char* name;
  DeviceLimits limits;

#define TKZ_LAUNCHER(name, Args) int (*name)(const Args&, void* stream);
  TKZ_OPERATORS(TKZ_LAUNCHER)
#undef TKZ_LAUNCHER

  int (*preload)();
  int (*device_count)(int* count);
  int (*current_device)(int* device);
  int (*set_device)(int device);
  int (*compute_capability)(int device, int* major, int* minor);
  const char* (*error_name)(int error);
  const char* (*error_text)(int error);
  int (*runtime_version)();
};

/// The kernels of `backend`; null for the CPU and for what is not in this build.
const Device* device_of(int32_t backend);

/// Turns a cudaError_t into a status and a sentence.
int32_t check_device(const Device& device, const char* function, int error);

/// Makes a device current while in scope, as launches on its streams need.
class CurrentDevice {
 public:
  CurrentDevice(const Device& device, int index);
  ~CurrentDevice();
  CurrentDevice(const CurrentDevice&) = delete;
  CurrentDevice& operator=(const CurrentDevice&) = delete;

  /// The cudaError_t of making it current.
  int error() const { return error_; }

 private:
  const Device& device_;
  int previous_ = -1;
  int error_ = 0;
};

}  // namespace tkz
