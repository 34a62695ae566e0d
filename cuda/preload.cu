// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {

int preload() {
  int (*const loaders[])() = {
#define TKZ_LOADER(name, Args) load_##name,
      TKZ_OPERATORS(TKZ_LOADER)
#undef TKZ_LOADER
  };
  for (const auto load : loaders) {
    if (const int error = load()) return error;
  }
  return 0;
}

}  // namespace tkz::TKZ_BACKEND
