// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/weighted_rows.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// What a rule needs besides a target and the weighted sum of its members.
struct Merge {
  MergeRule rule;
  F32x16 target_weight, members, divisor;

  TKZ_INLINE F32x16 operator()(F32x16 target, F32x16 sum) const {
    switch (rule) {
      case MergeRule::kTargetPlusMean:
        return target + sum / members;
      case MergeRule::kMeanWithTarget:
        return (target + sum) / divisor;
      case MergeRule::kWeightedMean:
        return (target_weight * target + sum) / divisor;
      case MergeRule::kSum:
        break;
    }
    return target + sum;
  }
};

/// out = merge(target, sum); a null target stands for zeros.
template <class T>
TKZ_INLINE void finish(const Merge& merge, const T* target, const float* sum, int64_t channels,
                       T* out) {
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    const F32x16 t = target == nullptr ? splat(0.0f) : load(target + c);
    store_rounded(merge(t, load(sum + c)), out + c);
  }
  if (c < channels) {
    const F32x16 t = target == nullptr ? splat(0.0f) : load_first(target + c, channels - c);
    store_first(merge(t, load(sum + c)), out + c, channels - c);
  }
}

template <class T>
void rows(const MergeMembersArgs& a, int64_t image, int64_t begin, int64_t end) {
  const Ragged& of_targets = a.target_pictures;
  const Ragged& of_sources = a.source_pictures;
  const Picture targets = of_targets.picture(image, a.targets);
  const Picture sources = of_sources.picture(image, a.sources);
  const T* target = static_cast<const T*>(a.target);
  if (target != nullptr) {
    target += of_targets.start(image, targets, a.target_stride_batch, a.target_stride_row);
  }
  const T* source = static_cast<const T*>(a.source) +
                    of_sources.start(image, sources, a.source_stride_batch, a.source_stride_row);
  const float* weight = a.weight;
  if (weight != nullptr) {
    weight += of_sources.start(image, sources, a.weight_stride_batch, a.weight_stride_row);
  }
  T* out = static_cast<T*>(a.out) +
           of_targets.start(image, targets, a.out_stride_batch, a.out_stride_row);
  const int32_t* offset = a.offset + image * (a.targets + 1);
  const int32_t* all_members = a.member + image * a.sources * a.copies;
  const int32_t copies = static_cast<int32_t>(a.copies);
  const auto weight_of = [&](int32_t entry) {
    return weight == nullptr ? 1.0f : weight[entry / copies * a.weight_stride_row + entry % copies];
  };

  for (int64_t r = begin; r < end && r < targets.count; r++) {
    const T* centre = target == nullptr ? nullptr : target + r * a.target_stride_row;
    T* to = out + r * a.out_stride_row;
    const int32_t* member = all_members + offset[r];
    const int64_t members = offset[r + 1] - offset[r];
    const float target_weight = a.target_weight == nullptr
                                    ? 1.0f
                                    : a.target_weight[image * a.target_weight_stride_batch + r];
    float weights = 0.0f;
    for (int64_t m = 0; m < members; m++) weights += weight_of(member[m]);
    if (a.out_weight != nullptr) {
      a.out_weight[image * a.out_weight_stride_batch + r] =
          members == 0 ? target_weight : target_weight + weights;
    }
    if (members == 0) {
      const unsigned long bytes = static_cast<unsigned long>(a.dim) * sizeof(T);
      if (centre != nullptr) {
        __builtin_memcpy(to, centre, bytes);
      } else {
        __builtin_memset(to, 0, bytes);
      }
      continue;
    }
    const float count = static_cast<float>(members);
    const float divisor =
        a.rule == MergeRule::kMeanWithTarget ? 1.0f + count : target_weight + weights;
    const Merge merge = {a.rule, splat(target_weight), splat(count), splat(divisor)};
    for (int64_t tile = 0; tile < a.dim; tile += kTile) {
      const int64_t channels = a.dim - tile < kTile ? a.dim - tile : kTile;
      float sum[kTile + kLanes];
      sum_rows<T>(
          members,
          [&](int64_t m) -> WeightedRow<T> {
            return {source + member[m] / copies * a.source_stride_row + tile, weight_of(member[m])};
          },
          channels, sum);
      finish(merge, centre == nullptr ? nullptr : centre + tile, sum, channels, to + tile);
    }
  }
}

}  // namespace

void merge_members(const MergeMembersArgs& a, int64_t image, int64_t begin, int64_t end) {
  with_storage(a.dtype,
               [&](auto storage) { rows<typename decltype(storage)::Type>(a, image, begin, end); });
}

}  // namespace tkz::cpu::TKZ_ISA
