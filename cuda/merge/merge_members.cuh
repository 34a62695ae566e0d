// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Targets and the sources that go to each, merged by one of the rules of MergeRule: VisionZip's
// mean, ToMe's mean by size, FiCoCo's self-preserving mean, a plain sum.
//
// Two launches. group_entries_kernel, one block per picture, lists the entries of each target.
// merge_members_kernel has one warp per target and run of 512 bytes; members are added in ascending
// order in fp32, eight rows in flight, and the result is rounded once. A target without members is
// copied. Bytes moved: every target and every assigned entry's row once, the output once.
#pragma once

#include "assign/group_entries.cuh"
#include "merge/arguments.h"
#include "merge/weighted_rows.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kGroupThreads = 512;
constexpr int kMergeMembersWarps = 8;
constexpr int kMembersInFlight = 8;

TKZ_KERNEL(kGroupThreads, 1)
group_entries_kernel(MergeMembersArgs args) {
  const int64_t image = block_index();
  const int64_t entries = args.sources * args.copies;
  const Picture sources = args.source_pictures.picture(image, args.sources);
  const Picture targets = args.target_pictures.picture(image, args.targets);
  const int32_t* assign =
      args.assign +
      args.source_pictures.start(image, sources, args.assign_stride_batch, args.assign_stride_row);
  const int copies = static_cast<int>(args.copies);
  group_entries<kGroupThreads>(
      static_cast<int>(sources.count) * copies, static_cast<int>(args.targets),
      [&](int entry) {
        const int32_t target = assign[entry / copies * args.assign_stride_row + entry % copies];
        return target < 0 || target >= targets.count ? static_cast<int>(args.targets) : target;
      },
      reinterpret_cast<uint32_t*>(shared_memory()), args.offset + image * (args.targets + 1),
      args.member + image * entries, args.scratch + image * entries);
}

/// kVector: targets, sources and output may be accessed 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kMergeMembersWarps* kWarpSize, 2)
merge_members_kernel(MergeMembersArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t runs = (args.dim + kWidth * kWarpSize - 1) / (kWidth * kWarpSize);
  const int64_t item = static_cast<int64_t>(block_index()) * kMergeMembersWarps + warp_index();
  const int64_t channel = (item % runs * kWarpSize + lane_index()) * kWidth;
  const int64_t row = item / runs % args.targets;
  const int64_t image = item / runs / args.targets;
  if (image >= args.batch || channel >= args.dim) return;
  const Picture targets = args.target_pictures.picture(image, args.targets);
  if (row >= targets.count) return;

  const int64_t width = args.dim - channel;
  T* out = static_cast<T*>(args.out) +
           args.target_pictures.start(image, targets, args.out_stride_batch, args.out_stride_row) +
           row * args.out_stride_row + channel;
  Chunk<T> merged;
  merged.raw = Vec128{};
  if (args.target != nullptr) {
    merged = load_chunk<T, kVector>(
        static_cast<const T*>(args.target) +
            args.target_pictures.start(image, targets, args.target_stride_batch,
                                       args.target_stride_row) +
            row * args.target_stride_row + channel,
        width);
  }
  const float target_weight =
      args.target_weight == nullptr
          ? 1.0f
          : args.target_weight[image * args.target_weight_stride_batch + row];
  float* out_weight = args.out_weight == nullptr || channel != 0
                          ? nullptr
                          : args.out_weight + image * args.out_weight_stride_batch + row;

  const int32_t* offset = args.offset + image * (args.targets + 1) + row;
  const int first = offset[0];
  const int last = offset[1];
  if (first == last) {
    store_chunk<T, kVector>(out, merged, width);
    if (out_weight != nullptr) *out_weight = target_weight;
    return;
  }

  const Picture sources = args.source_pictures.picture(image, args.sources);
  const T* source =
      static_cast<const T*>(args.source) +
      args.source_pictures.start(image, sources, args.source_stride_batch, args.source_stride_row) +
      channel;
  const float* weights =
      args.weight == nullptr
          ? nullptr
          : args.weight + args.source_pictures.start(image, sources, args.weight_stride_batch,
                                                     args.weight_stride_row);
  const int32_t* member = args.member + image * args.sources * args.copies;
  const int copies = static_cast<int>(args.copies);
  float sum[kWidth] = {};
  float weight_sum = 0.0f;
  add_rows<kMembersInFlight, T>(
      first, last,
      [&](int m, Chunk<T>* chunk, float* weight) {
        const int entry = member[m];
        const int64_t from = entry / copies;
        *chunk = load_chunk<T, kVector>(source + from * args.source_stride_row, width);
        *weight =
            weights == nullptr ? 1.0f : weights[from * args.weight_stride_row + entry % copies];
      },
      sum, &weight_sum);

  const float members = static_cast<float>(last - first);
  const float total = target_weight + weight_sum;
#pragma unroll
  for (int e = 0; e < kWidth; ++e) {
    const float centre = to_float(merged.element[e]);
    float value = centre + sum[e];
    if (args.rule == MergeRule::kTargetPlusMean) value = centre + sum[e] / members;
    if (args.rule == MergeRule::kMeanWithTarget) value = value / (1.0f + members);
    if (args.rule == MergeRule::kWeightedMean) value = fma(target_weight, centre, sum[e]) / total;
    merged.element[e] = from_float<T>(value);
  }
  store_chunk<T, kVector>(out, merged, width);
  if (out_weight != nullptr) *out_weight = total;
}

}  // namespace tkz::TKZ_BACKEND
