// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The one emulated device, answering as a CUDA runtime would.
#include "launchers.h"

namespace tkz::emulation {
namespace {

constexpr int kSuccess = 0;
constexpr int kInvalidValue = 1;
constexpr int kInvalidDevice = 101;

}  // namespace

int device_count(int* count) {
  *count = 1;
  return kSuccess;
}

int current_device(int* device) {
  *device = 0;
  return kSuccess;
}

int set_device(int device) { return device == 0 ? kSuccess : kInvalidDevice; }

int compute_capability(int device, int* major, int* minor) {
  *major = 8;
  *minor = 0;
  return set_device(device);
}

const char* error_name(int error) {
  switch (error) {
    case kSuccess:
      return "cudaSuccess";
    case kInvalidValue:
      return "cudaErrorInvalidValue";
    case kInvalidDevice:
      return "cudaErrorInvalidDevice";
    default:
      return "unrecognized error code";
  }
}

const char* error_text(int error) { return error_name(error); }

int runtime_version() { return 0; }

}  // namespace tkz::emulation
