// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The boundary between the C ABI and the kernels: one launcher per operator, in two namespaces with
// the same members. tkz::cuda (library tokenzip_cuda) launches on a GPU; tkz::emulation (library
// tokenzip_emulation, test builds only) runs the same kernels on the calling thread.
//
// Launchers trust their arguments: pointers, shapes and the limits below are the caller's to check.
// Every int returned is a cudaError_t, 0 for success. `stream` is a cudaStream_t. Nothing
// allocates, nothing synchronises, every launch can be captured into a CUDA graph after preload().
// Empty outputs launch nothing.
#pragma once

#include <cstdint>

#include "operator_list.h"

namespace tkz {

/// What the kernels can take. Beyond these a caller has to refuse.
constexpr int64_t kMaxHeads = 64;
constexpr int64_t kMaxHeadDim = 128;
constexpr int64_t kMaxSelectTokens = 4096;  ///< patches of one image, N
constexpr int64_t kMaxRowTokens = 36864;    ///< scores of one row in TopK and QuantileSelect
constexpr int64_t kMaxRankedTokens = 4096;  ///< scores that TopK returns by rank

#define TKZ_LAUNCHER(name, Args) int name(const Args& args, void* stream);

namespace cuda {

TKZ_OPERATORS(TKZ_LAUNCHER)

/// Loads every kernel onto the calling thread's current device. cudaErrorNoKernelImageForDevice
/// (209) says that the device's architecture is not in this build.
int preload();
int device_count(int* count);
int current_device(int* device);
int set_device(int device);
/// Compute capability, 9.0 as major 9 and minor 0.
int compute_capability(int device, int* major, int* minor);
/// Name of an error ("cudaErrorNoDevice") and its sentence; static storage.
const char* error_name(int error);
const char* error_text(int error);
/// Version of the CUDA runtime in this build: 13000 is 13.0.
int runtime_version();

}  // namespace cuda

namespace emulation {

TKZ_OPERATORS(TKZ_LAUNCHER)

/// There is one emulated device, 0; nothing here fails except for another number.
int preload();
int device_count(int* count);
int current_device(int* device);
int set_device(int device);
int compute_capability(int device, int* major, int* minor);
const char* error_name(int error);
const char* error_text(int error);
int runtime_version();

}  // namespace emulation

#undef TKZ_LAUNCHER
}  // namespace tkz
