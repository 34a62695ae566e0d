// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the C ABI needs to know of the CUDA runtime, so that it needs no CUDA header itself.
#include "launchers.h"

namespace tkz::cuda {

int device_count(int* count) { return cudaGetDeviceCount(count); }

int current_device(int* device) { return cudaGetDevice(device); }

int set_device(int device) { return cudaSetDevice(device); }

int compute_capability(int device, int* major, int* minor) {
  const cudaError_t error =
      cudaDeviceGetAttribute(major, cudaDevAttrComputeCapabilityMajor, device);
  if (error != cudaSuccess) return error;
  return cudaDeviceGetAttribute(minor, cudaDevAttrComputeCapabilityMinor, device);
}

const char* error_name(int error) { return cudaGetErrorName(static_cast<cudaError_t>(error)); }

const char* error_text(int error) { return cudaGetErrorString(static_cast<cudaError_t>(error)); }

int runtime_version() { return CUDART_VERSION; }

}  // namespace tkz::cuda
