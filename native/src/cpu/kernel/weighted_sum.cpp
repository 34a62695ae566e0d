// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/weighted_rows.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

template <class T>
void channels_of(const WeightedSumArgs& a, int64_t image, int64_t begin, int64_t end) {
  const Picture picture = a.ragged.picture(image, a.tokens);
  const T* rows = static_cast<const T*>(a.input) +
                  a.ragged.start(image, picture, a.input_stride_batch, a.input_stride_token);
  const float* weight = a.weight + a.ragged.start(image, picture, a.weight_stride_batch, 1);
  const int32_t* index = a.index + (a.has_index != 0 ? image * a.index_stride_batch : 0);
  T* out = static_cast<T*>(a.out) + image * a.out_stride_batch;
  for (int64_t tile = begin; tile < end; tile += kTile) {
    const int64_t channels = end - tile < kTile ? end - tile : kTile;
    float sum[kTile + kLanes];
    sum_rows<T>(
        a.has_index != 0 ? a.index_count : picture.count,
        [&](int64_t i) -> WeightedRow<T> {
          const int64_t row = a.has_index != 0 ? index[i] : i;
          if (row < 0 || row >= picture.count) return {nullptr, 0.0f};
          return {rows + row * a.input_stride_token + tile, weight[row]};
        },
        channels, sum);
    int64_t c = 0;
    for (; c + kLanes <= channels; c += kLanes) store_rounded(load(sum + c), out + tile + c);
    if (c < channels) store_first(load(sum + c), out + tile + c, channels - c);
  }
}

}  // namespace

void weighted_sum(const WeightedSumArgs& a, int64_t image, int64_t begin, int64_t end) {
  with_storage(a.dtype, [&](auto storage) {
    channels_of<typename decltype(storage)::Type>(a, image, begin, end);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
