// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Windows of a grid and the penalty of their largest score (METHODS: FiCoCo-V, step 3), as
// arithmetic that host and device share.
#pragma once

#include "select/arguments.h"

namespace tkz {

TKZ_HOST_DEVICE inline int64_t window_count(const WindowGrid& grid) {
  return static_cast<int64_t>(grid.grid_h / grid.window_h) * (grid.grid_w / grid.window_w);
}

/// The complete window that holds a cell; -1 when none does or the cell is not of the grid.
TKZ_HOST_DEVICE inline int32_t window_of(const WindowGrid& grid, int32_t cell) {
  if (cell < 0 || cell >= grid.grid_h * grid.grid_w) return -1;
  const int32_t row = cell / grid.grid_w / grid.window_h;
  const int32_t column = cell % grid.grid_w / grid.window_w;
  const int32_t columns = grid.grid_w / grid.window_w;
  return row < grid.grid_h / grid.window_h && column < columns ? row * columns + column : -1;
}

TKZ_HOST_DEVICE inline float penalised(float score, float coefficient) {
  return score > 0.0f ? score * coefficient : score / coefficient;
}

}  // namespace tkz
