// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Weighted mean of windows over frames, rows and columns (METHODS: PPLLaVA, prompt-guided pooling).
//
// Geometry: one warp per output token and run of 512 bytes. The cells of a window are dealt to the
// lanes, 32 at a time: a lane knows the weight and the place of its cell and tells the others by
// shuffles, so that kCellsInFlight rows of 512 bytes are under way at once. Cells are added in
// raster order in fp32 and rounded once. No shared memory. Bytes moved: every token that is in a
// window once (windows that overlap find it in L2), the output once.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "pool/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kPoolWarps = 8;
constexpr int kCellsInFlight = 6;  // divides the 18 cells of the published window
constexpr int kPoolCheckThreads = 1024;

/// What is left of e^x when e^0 is the largest: see tkz_prompt_pool_3d.
TKZ_DEVICE float share_of_largest(float x) {
  constexpr float kLog2E = 1.4426950408889634f;
  return x < -64.0f ? 0.0f : ex2(x * kLog2E);
}

/// One window: where its cells are, and their weights.
struct Window {
  const PromptPool3dArgs& args;
  const float* weight;  // of the first cell; null: all alike
  int cells, plane, row;

  TKZ_DEVICE float weight_of(int cell) const {
    if (weight == nullptr) return 0.0f;
    return weight[cell / plane * args.weight_stride[1] +
                  cell % plane / row * args.weight_stride[2] + cell % row];
  }
  TKZ_DEVICE int64_t place_of(int cell) const {
    return cell / plane * args.tokens_stride[1] + cell % plane / row * args.tokens_stride[2] +
           cell % row * args.tokens_stride[3];
  }
};

TKZ_DEVICE int64_t shfl_place(int64_t place, int lane) {
  const auto bits = static_cast<uint64_t>(place);
  const uint64_t low = shfl(static_cast<uint32_t>(bits), lane);
  const uint64_t high = shfl(static_cast<uint32_t>(bits >> 32), lane);
  return static_cast<int64_t>(high << 32 | low);
}

/// kVector: tokens and output may be accessed 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kPoolWarps* kWarpSize, 3)
prompt_pool_3d_kernel(PromptPool3dArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t runs = (args.dim + kWidth * kWarpSize - 1) / (kWidth * kWarpSize);
  int64_t item = static_cast<int64_t>(block_index()) * kPoolWarps + warp_index();
  const int64_t channel = (item % runs * kWarpSize + lane_index()) * kWidth;
  item /= runs;
  const int64_t column = item % args.output[2];
  item /= args.output[2];
  const int64_t row = item % args.output[1];
  item /= args.output[1];
  const int64_t frame = item % args.output[0];
  const int64_t image = item / args.output[0];
  if (image >= args.batch) return;

  const int64_t width = args.dim - channel;
  T* const out = static_cast<T*>(args.out) + image * args.out_stride[0] +
                 frame * args.out_stride[1] + row * args.out_stride[2] +
                 column * args.out_stride[3] + channel;
  const Picture picture = args.ragged.picture(image, args.extent[0]);
  if (frame >= windows_within(picture.count, args.kernel[0], args.stride[0], args.output[0])) {
    Chunk<T> zero;
    zero.raw = Vec128{};
    if (width > 0) store_chunk<T, kVector>(out, zero, width);
    return;
  }

  const T* const tokens =
      static_cast<const T*>(args.tokens) +
      args.ragged.start(image, picture, args.tokens_stride[0], args.tokens_stride[1]) +
      frame * args.stride[0] * args.tokens_stride[1] +
      row * args.stride[1] * args.tokens_stride[2] +
      column * args.stride[2] * args.tokens_stride[3] + channel;
  const float* weight = args.weight;
  if (weight != nullptr) {
    weight += args.ragged.start(image, picture, args.weight_stride[0], args.weight_stride[1]) +
              frame * args.stride[0] * args.weight_stride[1] +
              row * args.stride[1] * args.weight_stride[2] + column * args.stride[2];
  }
  const int row_cells = static_cast<int>(args.kernel[2]);
  const int plane = static_cast<int>(args.kernel[1]) * row_cells;
  const Window window = {args, weight, static_cast<int>(args.kernel[0]) * plane, plane, row_cells};

  // A lane's first cell is almost always its only one and stays in a register.
  const float first_weight =
      lane_index() < window.cells ? window.weight_of(lane_index()) : -kInfinity;
  float maximum = first_weight;
  for (int cell = lane_index() + kWarpSize; cell < window.cells; cell += kWarpSize) {
    maximum = fmaxf(maximum, window.weight_of(cell));
  }
  maximum = warp_max(maximum);
  const float first_share = lane_index() < window.cells
                                ? share_of_largest((first_weight - maximum) / args.temperature)
                                : 0.0f;
  float total = first_share;
  for (int cell = lane_index() + kWarpSize; cell < window.cells; cell += kWarpSize) {
    total += share_of_largest((window.weight_of(cell) - maximum) / args.temperature);
  }
  total = warp_sum(total);

  float sum[kWidth] = {};
  for (int first = 0; first < window.cells; first += kWarpSize) {
    const int cell = first + lane_index();
    float share = first_share;
    if (first > 0) {
      share = cell < window.cells
                  ? share_of_largest((window.weight_of(cell) - maximum) / args.temperature)
                  : 0.0f;
    }
    share /= total;
    const int64_t place = window.place_of(cell < window.cells ? cell : 0);
    const int count = min(kWarpSize, window.cells - first);
    for (int begin = 0; begin < count; begin += kCellsInFlight) {
      Chunk<T> chunk[kCellsInFlight];
      float part[kCellsInFlight];
#pragma unroll
      for (int i = 0; i < kCellsInFlight; ++i) {
        part[i] = shfl(share, (begin + i) & (kWarpSize - 1));
        const int64_t there = shfl_place(place, (begin + i) & (kWarpSize - 1));
        chunk[i].raw = Vec128{};
        if (begin + i >= count) part[i] = 0.0f;
        if (part[i] != 0.0f && width > 0) {
          chunk[i] = load_chunk<T, kVector>(tokens + there, width);
        }
      }
#pragma unroll
      for (int i = 0; i < kCellsInFlight; ++i) {
#pragma unroll
        for (int e = 0; e < kWidth; ++e) {
          sum[e] = fma(part[i], to_float(chunk[i].element[e]), sum[e]);
        }
      }
    }
  }
  if (width <= 0) return;
  Chunk<T> pooled;
#pragma unroll
  for (int e = 0; e < kWidth; ++e) pooled.element[e] = from_float<T>(sum[e]);
  store_chunk<T, kVector>(out, pooled, width);
}

/// Whether a weight that some window reads is not finite. One block per picture.
TKZ_KERNEL(kPoolCheckThreads, 1)
prompt_pool_3d_check_kernel(PromptPool3dArgs args) {
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.extent[0]);
  const int64_t frames =
      windows_within(picture.count, args.kernel[0], args.stride[0], args.output[0]);
  bool bad = false;
  if (args.weight != nullptr) {
    const float* weight = args.weight + args.ragged.start(image, picture, args.weight_stride[0],
                                                          args.weight_stride[1]);
    const int64_t plane = args.extent[1] * args.extent[2];
    for (int64_t cell = thread_index(); cell < picture.count * plane; cell += kPoolCheckThreads) {
      const int64_t frame = cell / plane;
      const int64_t row = cell % plane / args.extent[2];
      const int64_t column = cell % args.extent[2];
      const bool used = is_in_window(frame, args.kernel[0], args.stride[0], frames) &&
                        is_in_window(row, args.kernel[1], args.stride[1], args.output[1]) &&
                        is_in_window(column, args.kernel[2], args.stride[2], args.output[2]);
      if (used) {
        bad |= !is_finite(
            weight[frame * args.weight_stride[1] + row * args.weight_stride[2] + column]);
      }
    }
  }
  const int bad_threads = syncthreads_count(bad);
  if (thread_index() == 0) args.non_finite[image] = bad_threads > 0 ? 1 : 0;
}

}  // namespace tkz::TKZ_BACKEND
