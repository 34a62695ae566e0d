// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The tokens that FiCoCo-V leaves: CLS and patches without a share are copied, the others merged
// with what they receive.
//
// Geometry: one warp per output token and run of 512 bytes. Lanes look at the correlations of 32
// removed patches at a time to see which of them hand something over; these are added in ascending
// order in fp32, and the result is rounded once. Bytes moved: every kept token and the output once,
// removed tokens once per receiver, the correlations once per run (from L2).
#pragma once

#include "common/reduce.cuh"
#include "ficoco/share_rule.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kFicocoMergeWarps = 8;

/// One warp: adds the flags of a picture's rows to its own.
TKZ_DEVICE void gather_flags(const FicocoMergeArgs& args, int64_t image, int removals) {
  bool bad = false;
  for (int64_t row = lane_index(); row < removals; row += kWarpSize) {
    bad |= args.shares[image * args.counts.removals + row].bad != 0;
  }
  if (ballot(bad) != 0 && lane_index() == 0) args.non_finite[image] = 1;
}

/// kVector: tokens and output may be accessed 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kFicocoMergeWarps* kWarpSize, 4)
ficoco_merge_kernel(FicocoMergeArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t runs = (args.dim + kWidth * kWarpSize - 1) / (kWidth * kWarpSize);
  const int64_t tokens = args.counts.left();
  const int64_t item = static_cast<int64_t>(block_index()) * kFicocoMergeWarps + warp_index();
  const int64_t channel = (item % runs * kWarpSize + lane_index()) * kWidth;
  const int64_t token = item / runs % tokens;
  const int64_t image = item / runs / tokens;
  if (image >= args.batch) return;
  const Picture picture = args.ragged.picture(image, args.counts.tokens());
  const FicocoCounts own = args.counts.within(picture.count);
  const int removals = static_cast<int>(own.removals);
  if (item % (runs * tokens) == 0) gather_flags(args, image, removals);

  // The last lanes may have no channels; they help looking all the same.
  const int64_t left = args.dim - channel;
  T* const out = static_cast<T*>(args.out) + image * args.out_stride_batch +
                 token * args.out_stride_token + channel;
  const int64_t patch = token - args.counts.first;  // a picture with any tokens has these first
  Chunk<T> merged;
  merged.raw = Vec128{};
  if (token >= own.left()) {
    if (left > 0) store_chunk<T, kVector>(out, merged, left);
    return;
  }
  const T* const source =
      static_cast<const T*>(args.tokens) +
      args.ragged.start(image, picture, args.tokens_stride_batch, args.tokens_stride_token) +
      channel;
  const int64_t position = patch < 0 ? token : args.columns[image * args.counts.kept() + patch];
  if (left > 0) {
    merged = load_chunk<T, kVector>(source + position * args.tokens_stride_token, left);
  }

  const FicocoShare* const shares = args.shares + image * args.counts.removals;
  const int32_t* const rows = args.rows + image * args.counts.removals;
  const float* const correlation = args.correlation + image * args.counts.removals * args.pitch;
  float sum[kWidth] = {};
  float weights = 0.0f;
  bool is_receiver = false;
  for (int64_t first = 0; patch >= 0 && first < removals; first += kWarpSize) {
    const int64_t row = first + lane_index();
    float weight = 0.0f;
    bool gives = false;
    if (row < removals) {
      const FicocoShare share = shares[row];
      const float z = correlation[row * args.pitch + patch];
      gives = receives(share, z);
      if (gives) weight = share_weight(share, z, args.softmax);
    }
    for (uint32_t givers = ballot(gives); givers != 0; givers &= givers - 1) {
      const int lane = popcount((givers & (0u - givers)) - 1);  // the lowest bit's number
      const float share = shfl(weight, lane);
      is_receiver = true;
      weights += share;
      if (left <= 0) continue;
      const Chunk<T> given =
          load_chunk<T, kVector>(source + rows[first + lane] * args.tokens_stride_token, left);
#pragma unroll
      for (int e = 0; e < kWidth; ++e) sum[e] = fma(share, to_float(given.element[e]), sum[e]);
    }
  }
  if (left <= 0) return;
  if (is_receiver) {
#pragma unroll
    for (int e = 0; e < kWidth; ++e) {
      merged.element[e] = from_float<T>((to_float(merged.element[e]) + sum[e]) / (1.0f + weights));
    }
  }
  store_chunk<T, kVector>(out, merged, left);
}

}  // namespace tkz::TKZ_BACKEND
