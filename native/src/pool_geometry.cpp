// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "pool_geometry.h"

#include "pool/arguments.h"

namespace tkz {
namespace {

constexpr const char* kAxes[3] = {"frames T", "rows H", "columns W"};
/// Cells of a window, and output tokens of a picture, are counted in 32 bits.
constexpr int64_t kMaxCells = INT32_MAX;

/// Whether a size is given; all three of its extents or none have to be.
bool is_given(ArgumentCheck& check, const int64_t size[3], const char* name) {
  const bool given = size[0] > 0 && size[1] > 0 && size[2] > 0;
  const bool left_out = size[0] == 0 && size[1] == 0 && size[2] == 0;
  check.require(given || left_out, TKZ_INVALID_ARGUMENT,
                "%s of params must be three numbers of 1 or more, or {0, 0, 0}, got {%lld, %lld, "
                "%lld}",
                name, static_cast<long long>(size[0]), static_cast<long long>(size[1]),
                static_cast<long long>(size[2]));
  return given;
}

/// One axis, once it is known what is given. What comes out is checked by the caller.
void complete_axis(int64_t extent, bool has_kernel, bool has_stride, bool has_output,
                   int64_t& kernel, int64_t& stride, int64_t& output) {
  if (!has_stride) {
    if (has_kernel) {
      stride = output == 1 ? 1 : (extent - kernel) / (output - 1);
    } else {
      stride = extent / output;
    }
  }
  if (!has_kernel) kernel = extent - (output - 1) * stride;
  if (!has_output && stride > 0) output = windows_within(extent, kernel, stride, INT64_MAX);
}

void check_product(ArgumentCheck& check, const int64_t size[3], const char* what) {
  int64_t cells = 1;
  bool fits = true;
  for (int i = 0; i < 3; i++) {
    fits = fits && !__builtin_mul_overflow(cells, size[i], &cells) && cells <= kMaxCells;
  }
  check.require(fits, TKZ_INVALID_SHAPE, "%s must be at most %lld, got %lld x %lld x %lld", what,
                static_cast<long long>(kMaxCells), static_cast<long long>(size[0]),
                static_cast<long long>(size[1]), static_cast<long long>(size[2]));
}

}  // namespace

void complete_pool(ArgumentCheck& check, const int64_t extent[3], tkz_prompt_pool_params& params) {
  if (!check.ok()) return;
  const bool has_kernel = is_given(check, params.kernel, "kernel");
  const bool has_stride = is_given(check, params.stride, "stride");
  const bool has_output = is_given(check, params.output, "output");
  check.require((has_kernel && has_stride) || has_output, TKZ_INVALID_ARGUMENT,
                "params must have a kernel and a stride or an output, got %s",
                has_kernel   ? "a kernel alone"
                : has_stride ? "a stride alone"
                             : "none of them");
  for (int i = 0; i < 3 && check.ok(); i++) {
    int64_t& kernel = params.kernel[i];
    int64_t& stride = params.stride[i];
    int64_t& output = params.output[i];
    const auto number = [](int64_t value) { return static_cast<long long>(value); };
    check
        .require(extent[i] >= 0 && extent[i] <= INT32_MAX, TKZ_INVALID_SHAPE,
                 "%s must be from 0 to %d, got %lld", kAxes[i], INT32_MAX, number(extent[i]))
        .require(kernel <= extent[i] && stride <= INT32_MAX && output <= extent[i],
                 TKZ_INVALID_SHAPE,
                 "kernel and output must be at most the extent %lld of %s, got kernel %lld, stride "
                 "%lld, output %lld",
                 number(extent[i]), kAxes[i], number(kernel), number(stride), number(output));
    if (!check.ok()) return;
    complete_axis(extent[i], has_kernel, has_stride, has_output, kernel, stride, output);
    check.require(kernel > 0 && stride > 0 && output > 0 &&
                      output <= windows_within(extent[i], kernel, stride, INT64_MAX),
                  TKZ_INVALID_SHAPE,
                  "windows must fit into the extent %lld of %s, got kernel %lld, stride %lld, "
                  "output %lld",
                  number(extent[i]), kAxes[i], number(kernel), number(stride), number(output));
  }
  if (!check.ok()) return;
  check_product(check, params.kernel, "cells of a window");
  check_product(check, params.output, "output tokens of a picture");
}

}  // namespace tkz
