// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "argument_check.h"

namespace tkz {

/// Checks what `params` says of a local penalty: coefficient, grid and window.
template <class Params>
void check_penalty(ArgumentCheck& check, const Params& params) {
  check
      .require(std::isfinite(params.coefficient) && params.coefficient > 0, TKZ_INVALID_ARGUMENT,
               "params.coefficient must be finite and above 0, got %g",
               static_cast<double>(params.coefficient))
      .require(params.grid_h > 0 && params.grid_w > 0 &&
                   int64_t{params.grid_h} * params.grid_w <= INT32_MAX,
               TKZ_INVALID_ARGUMENT, "params.grid must be from 1 x 1 to %d cells, got %d x %d",
               INT32_MAX, params.grid_h, params.grid_w)
      .require(params.window_h > 0 && params.window_w > 0, TKZ_INVALID_ARGUMENT,
               "params.window must be 1 x 1 or more, got %d x %d", params.window_h,
               params.window_w);
}

}  // namespace tkz
