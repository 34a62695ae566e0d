// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The output of VisionZip: dominant tokens copied bit for bit, then one token per target, formed
// from the target and its members (METHODS: VisionZip, steps 3, 7 and 8), then zeros where a
// picture of a ragged batch has fewer.
//
// Geometry: one warp per output row and run of 512 bytes. Members are added in ascending order in
// fp32, four rows in flight, and the result is rounded once. A target without members is copied. No
// shared memory. Bytes moved: every token that is kept or merged once, the output once.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "common/selection_rule.h"
#include "visionzip_arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kMergeWarps = 8;
constexpr int kRowsInFlight = 4;

/// kVector: tokens and output may be accessed 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kMergeWarps* kWarpSize, 4)
visionzip_merge_kernel(VisionZipMergeArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t runs = (args.dim + kWidth * kWarpSize - 1) / (kWidth * kWarpSize);
  const int64_t rows = args.counts.dominant + args.counts.target;
  const int64_t item = static_cast<int64_t>(block_index()) * kMergeWarps + warp_index();
  const int64_t channel = (item % runs * kWarpSize + lane_index()) * kWidth;
  const int64_t row = item / runs % rows;
  const int64_t image = item / runs / rows;
  if (image >= args.batch || channel >= args.dim) return;

  const int64_t width = args.dim - channel;
  const Picture picture = args.ragged.picture(image, args.tokens);
  const VisionZipCounts counts = counts_of(args, picture);
  T* out = static_cast<T*>(args.out) + image * args.out_stride_batch + row * args.out_stride_token +
           channel;
  if (row >= counts.dominant + counts.target) {
    store_chunk<T, kVector>(out, Chunk<T>{}, width);
    return;
  }
  // There are tokens: the input is not null.
  const T* input =
      static_cast<const T*>(args.input) + channel +
      args.ragged.start(image, picture, args.input_stride_batch, args.input_stride_token);
  const auto load = [&](int64_t token) {
    return load_chunk<T, kVector>(input + token * args.input_stride_token, width);
  };
  if (row < counts.dominant) {
    const Chunk<T> kept = load(args.dominant[image * args.counts.dominant + row]);
    store_chunk<T, kVector>(out, kept, width);
    return;
  }
  const int64_t target = row - counts.dominant;
  Chunk<T> merged = load(args.target[image * args.counts.target + target]);
  const int32_t* offset = args.member_offset + image * (args.counts.target + 1) + target;
  const int first = offset[0];
  const int last = offset[1];
  if (first == last) {
    store_chunk<T, kVector>(out, merged, width);
    return;
  }

  const int32_t* member = args.member + image * args.counts.merged;
  float sum[kWidth] = {};
  for (int m = first; m < last; m += kRowsInFlight) {
    Chunk<T> chunk[kRowsInFlight];
#pragma unroll
    for (int i = 0; i < kRowsInFlight; ++i) {
      chunk[i].raw = Vec128{};
      if (m + i < last) chunk[i] = load(member[m + i]);
    }
#pragma unroll
    for (int i = 0; i < kRowsInFlight; ++i) {
      if (m + i >= last) break;
#pragma unroll
      for (int e = 0; e < kWidth; ++e) sum[e] += to_float(chunk[i].element[e]);
    }
  }
  const float members = static_cast<float>(last - first);
#pragma unroll
  for (int e = 0; e < kWidth; ++e) {
    const float centre = to_float(merged.element[e]);
    merged.element[e] = from_float<T>(args.mode == MergeMode::kTargetPlusMean
                                          ? centre + sum[e] / members
                                          : (centre + sum[e]) / (1.0f + members));
  }
  store_chunk<T, kVector>(out, merged, width);
}

}  // namespace tkz::TKZ_BACKEND
