// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "select/arguments.h"

namespace tkz::cpu {

/// Overwrites what the winner of every window has in `out`, which may be `score` itself.
void penalise(const WindowGrid& grid, float coefficient, const float* score,
              const int32_t* position, int64_t count, float* out);

}  // namespace tkz::cpu
