// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One per operator: loads its kernels onto the current device; see tkz::cuda::preload().
#pragma once

#include "common/device.cuh"
#include "operator_list.h"

namespace tkz::TKZ_BACKEND {

#define TKZ_LOADER(name, Args) int load_##name();
TKZ_OPERATORS(TKZ_LOADER)
#undef TKZ_LOADER

}  // namespace tkz::TKZ_BACKEND
