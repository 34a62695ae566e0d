// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

/// One picture with frames of its own, and as many output frames as fit into them.
PromptPool3dArgs picture_of(PromptPool3dArgs a, int64_t image) {
  const Picture picture = a.ragged.picture(image, a.extent[0]);
  a.tokens = advance(a.tokens, a.dtype,
                     a.ragged.start(image, picture, a.tokens_stride[0], a.tokens_stride[1]));
  a.weight =
      advance(a.weight, a.ragged.start(image, picture, a.weight_stride[0], a.weight_stride[1]));
  a.out = static_cast<char*>(a.out) + image * a.out_stride[0] * size_of(a.dtype);
  a.extent[0] = picture.count;
  a.output[0] = windows_within(picture.count, a.kernel[0], a.stride[0], a.output[0]);
  return a;
}

/// Zeros for output tokens [begin, end).
void clear(const PromptPool3dArgs& a, int64_t begin, int64_t end) {
  for (int64_t v = begin; v < end; v++) {
    const int64_t plane = a.output[1] * a.output[2];
    const int64_t offset = v / plane * a.out_stride[1] + v % plane / a.output[2] * a.out_stride[2] +
                           v % a.output[2] * a.out_stride[3];
    char* const token = static_cast<char*>(a.out) + offset * size_of(a.dtype);
    std::fill(token, token + a.dim * size_of(a.dtype), '\0');
  }
}

/// Whether every weight that a window of the picture reads is finite.
bool weights_are_finite(const PromptPool3dArgs& a) {
  if (a.weight == nullptr) return true;
  bool finite = true;
  const auto is_used = [&](int axis, int64_t cell) {
    return is_in_window(cell, a.kernel[axis], a.stride[axis], a.output[axis]);
  };
  for (int64_t t = 0; t < a.extent[0]; t++) {
    for (int64_t h = 0; h < a.extent[1] && is_used(0, t); h++) {
      for (int64_t w = 0; w < a.extent[2] && is_used(1, h); w++) {
        const float weight = a.weight[t * a.weight_stride[1] + h * a.weight_stride[2] + w];
        finite &= !is_used(2, w) || std::isfinite(weight);
      }
    }
  }
  return finite;
}

}  // namespace

void prompt_pool_3d(const PromptPool3dArgs& args, int threads) {
  const int64_t voxels = args.output[0] * args.output[1] * args.output[2];
  const int64_t cells = args.kernel[0] * args.kernel[1] * args.kernel[2];
  const int64_t bytes = args.batch * voxels * cells * args.dim * size_of(args.dtype);
  for_each_range(args.batch, voxels, 1, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const PromptPool3dArgs one = picture_of(args, image);
                   const int64_t own = one.output[0] * one.output[1] * one.output[2];
                   kernels().prompt_pool_3d(one, std::min(begin, own), std::min(end, own));
                   clear(one, std::max(begin, own), end);
                 });
  for (int64_t image = 0; image < args.batch && args.non_finite != nullptr; image++) {
    args.non_finite[image] = weights_are_finite(picture_of(args, image)) ? 0 : 1;
  }
}

}  // namespace tkz::cpu
