// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device.h"
#include "nvtx_range.h"
#include "tokenzip/tokenzip.h"

struct tkz_ctx {
  int32_t backend;
  int32_t device_index;
  int32_t threads;
  const tkz::Device* device;  // null on the CPU
};

namespace tkz {

/// Runs an operator where the context says: its CPU twin, or its launcher with the device current.
template <class Args>
int32_t run(const tkz_ctx& ctx, const char* function, tkz_stream stream, const Args& args,
            void (*on_cpu)(const Args&, int), int (*Device::*launcher)(const Args&, void*)) {
  [[maybe_unused]] const NvtxRange range(function, args);
  if (ctx.device == nullptr) {
    on_cpu(args, ctx.threads);
    return TKZ_OK;
  }
  const CurrentDevice current(*ctx.device, ctx.device_index);
  const int error = current.error() ? current.error() : (ctx.device->*launcher)(args, stream);
  return check_device(*ctx.device, function, error);
}

}  // namespace tkz
