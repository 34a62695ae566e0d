// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <new>

#include "build_info.h"
#include "context.h"
#include "cpu/kernels.h"
#include "status.h"

namespace {

using namespace tkz;

const char* backend_name(int32_t backend) {
  switch (backend) {
    case TKZ_BACKEND_CPU:
      return "CPU";
    case TKZ_BACKEND_CUDA:
      return "CUDA";
    case TKZ_BACKEND_EMULATION:
      return "emulation";
    default:
      return nullptr;
  }
}

/// TKZ_OK when `backend` is a value of tkz_backend that is in this build.
int32_t check_backend(const char* function, int32_t backend) {
  if (backend_name(backend) == nullptr) {
    return fail(TKZ_INVALID_ARGUMENT,
                "%s: backend must be 0 (CPU), 1 (CUDA) or 2 (emulation), got %d", function,
                backend);
  }
  if (!tkz_has_backend(backend)) {
    return fail(TKZ_NOT_BUILT, "%s: expected a build with the %s backend, got one without it: %s",
                function, backend_name(backend), tkz_build_info());
  }
  return TKZ_OK;
}

/// Devices of a backend that is in this build.
int32_t count_devices(const char* function, int32_t backend, int32_t* count) {
  *count = 1;
  const Device* device = device_of(backend);
  if (device == nullptr) return TKZ_OK;
  const int32_t status = check_device(*device, function, device->device_count(count));
  if (status != TKZ_OK) *count = 0;
  return status;
}

/// Whether this build has code for the device: machine code or PTX from compute capability 8.0 on.
int32_t check_architecture(const Device& device, int index) {
  constexpr int kOldestMajor = 8;
  int major = 0, minor = 0;
  const int error = device.compute_capability(index, &major, &minor);
  if (error != 0) return check_device(device, "tkz_ctx_create", error);
  if (major >= kOldestMajor) return TKZ_OK;
  return fail(TKZ_UNSUPPORTED_DEVICE,
              "tkz_ctx_create: device %d must have compute capability %d.0 or newer, got %d.%d",
              index, kOldestMajor, major, minor);
}

struct BuildInfo {
  char text[320];
  BuildInfo() {
    char cuda[96] = "";
    if (const Device* device = device_of(TKZ_BACKEND_CUDA)) {
      const int version = device->runtime_version();
      snprintf(cuda, sizeof cuda, ", CUDA %d.%d (%s)", version / 1000, version % 1000 / 10,
               TKZ_CUDA_ARCHITECTURES);
    }
    snprintf(text, sizeof text, "TokenZip %s (commit %s), %s, CPU (%s)%s%s", TKZ_VERSION,
             TKZ_COMMIT, TKZ_COMPILER, cpu::kernels().isa, cuda,
             tkz_has_backend(TKZ_BACKEND_EMULATION) ? ", emulation" : "");
  }
};

}  // namespace

uint32_t tkz_abi_version(void) { return TKZ_ABI_VERSION; }

const char* tkz_build_info(void) {
  static const BuildInfo info;
  return info.text;
}

int32_t tkz_has_backend(int32_t backend) {
  return backend == TKZ_BACKEND_CPU || device_of(backend) != nullptr;
}

int32_t tkz_device_count(int32_t backend) {
  int32_t count = 0;
  if (check_backend("tkz_device_count", backend) != TKZ_OK) return 0;
  count_devices("tkz_device_count", backend, &count);
  return count;
}

const char* tkz_last_error(void) { return last_error(); }

int32_t tkz_last_cuda_error(void) { return last_cuda_error(); }

int32_t tkz_ctx_create(int32_t backend, int32_t device, int32_t threads, tkz_ctx** out) {
  if (out == nullptr) {
    return fail(TKZ_INVALID_ARGUMENT, "tkz_ctx_create: out must point to a tkz_ctx*, got null");
  }
  *out = nullptr;
  int32_t status = check_backend("tkz_ctx_create", backend);
  if (status != TKZ_OK) return status;
  if (threads < 0) {
    return fail(TKZ_INVALID_ARGUMENT, "tkz_ctx_create: threads must be 0 or more, got %d", threads);
  }
  int32_t count = 0;
  status = count_devices("tkz_ctx_create", backend, &count);
  if (status != TKZ_OK) return status;
  if (device < 0 || device >= count) {
    return fail(TKZ_UNSUPPORTED_DEVICE,
                "tkz_ctx_create: device must be below the number of %s devices, %d, got %d",
                backend_name(backend), count, device);
  }
  const Device* kernels = device_of(backend);
  if (kernels != nullptr) {
    status = check_architecture(*kernels, device);
    if (status != TKZ_OK) return status;
  }
  *out = new (std::nothrow) tkz_ctx{backend, device, threads, kernels};
  if (*out == nullptr) {
    return fail(TKZ_INTERNAL, "tkz_ctx_create: expected %zu bytes of memory, got none",
                sizeof(tkz_ctx));
  }
  return TKZ_OK;
}

void tkz_ctx_destroy(tkz_ctx* ctx) { delete ctx; }

int32_t tkz_preload(tkz_ctx* ctx) {
  if (ctx == nullptr)
    return fail(TKZ_INVALID_ARGUMENT, "tkz_preload: ctx must be a context, got null");
  if (ctx->device == nullptr) return TKZ_OK;
  const CurrentDevice current(*ctx->device, ctx->device_index);
  const int error = current.error() ? current.error() : ctx->device->preload();
  return check_device(*ctx->device, "tkz_preload", error);
}
