// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What a kernel is told, as plain structs: already checked, sizes all known on the host. The CPU
// twin, the CUDA launcher and the emulated launcher of an operator take the same struct. Strides
// are in elements, the last dimension has stride 1. Shape letters: see tokenzip.h.
#pragma once

#include <cstdint>

namespace tkz {

enum class DType : int32_t { kF32 = 0, kF16 = 1, kBF16 = 2 };

}  // namespace tkz
