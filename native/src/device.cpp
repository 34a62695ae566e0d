// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include "status.h"
#include "tokenzip/tokenzip.h"

#if defined(TKZ_WITH_CUDA) || defined(TKZ_WITH_EMULATION)
#include "launchers.h"
#endif

namespace tkz {
namespace {

#if defined(TKZ_WITH_CUDA)
const Device kCuda = {
    "CUDA",
    {kMaxHeads, kMaxHeadDim, kMaxSelectTokens, kMaxRowTokens, kMaxRankedTokens},
#define TKZ_LAUNCHER(name, Args) cuda::name,
    TKZ_OPERATORS(TKZ_LAUNCHER)
#undef TKZ_LAUNCHER
        cuda::preload,
    cuda::device_count,
    cuda::current_device,
    cuda::set_device,
    cuda::compute_capability,
    cuda::error_name,
    cuda::error_text,
    cuda::runtime_version,
};
#endif

#if defined(TKZ_WITH_EMULATION)
const Device kEmulation = {
    "emulated CUDA",
    {kMaxHeads, kMaxHeadDim, kMaxSelectTokens, kMaxRowTokens, kMaxRankedTokens},
#define TKZ_LAUNCHER(name, Args) emulation::name,
    TKZ_OPERATORS(TKZ_LAUNCHER)
#undef TKZ_LAUNCHER
        emulation::preload,
    emulation::device_count,
    emulation::current_device,
    emulation::set_device,
    emulation::compute_capability,
    emulation::error_name,
    emulation::error_text,
    emulation::runtime_version,
};
#endif

}  // namespace

const Device* device_of([[maybe_unused]] int32_t backend) {
#if defined(TKZ_WITH_CUDA)
  if (backend == TKZ_BACKEND_CUDA) return &kCuda;
#endif
#if defined(TKZ_WITH_EMULATION)
  if (backend == TKZ_BACKEND_EMULATION) return &kEmulation;
#endif
  return nullptr;
}

int32_t check_device(const Device& device, const char* function, int error) {
  if (error == 0) return TKZ_OK;
  set_last_cuda_error(error);
  constexpr int kNoKernelImage = 209;
  return fail(error == kNoKernelImage ? TKZ_UNSUPPORTED_DEVICE : TKZ_CUDA_ERROR,
              "%s: expected %s to accept the call, got %s (%d): %s", function, device.name,
              device.error_name(error), error, device.error_text(error));
}

CurrentDevice::CurrentDevice(const Device& device, int index) : device_(device) {
  int current = index;
  error_ = device_.current_device(&current);
  if (error_ == 0 && current != index) {
    error_ = device_.set_device(index);
    if (error_ == 0) previous_ = current;
  }
}

CurrentDevice::~CurrentDevice() {
  if (previous_ >= 0) device_.set_device(previous_);
}

}  // namespace tkz
