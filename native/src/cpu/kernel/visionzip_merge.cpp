// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Channels whose sums stay in the first-level cache.
constexpr int64_t kTile = 1024;
/// Members read side by side; they are still added one after the other.
constexpr int kMembers = 4;

/// sum[c] = (((sum[c] + row 0) + row 1) + ...) for kCount members.
template <class T, int kCount>
TKZ_INLINE void add_members(const T* tokens, int64_t stride, const int32_t* member,
                            int64_t channels, float* sum) {
  const T* row[kCount];
  for (int m = 0; m < kCount; m++) row[m] = tokens + member[m] * stride;
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    F32x16 total = load(sum + c);
    for (int m = 0; m < kCount; m++) total = total + load(row[m] + c);
    store(total, sum + c);
  }
  if (c < channels) {
    F32x16 total = load(sum + c);
    for (int m = 0; m < kCount; m++) total = total + load_first(row[m] + c, channels - c);
    store(total, sum + c);
  }
}

/// out = target + sum / count, or (target + sum) / count.
template <class T>
TKZ_INLINE void finish(const T* target, const float* sum, float count, MergeMode mode,
                       int64_t channels, T* out) {
  const F32x16 n = splat(count);
  const bool plus_mean = mode == MergeMode::kTargetPlusMean;
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    const F32x16 t = load(target + c), s = load(sum + c);
    store_rounded(plus_mean ? t + s / n : (t + s) / n, out + c);
  }
  if (c < channels) {
    const F32x16 t = load_first(target + c, channels - c), s = load(sum + c);
    store_first(plus_mean ? t + s / n : (t + s) / n, out + c, channels - c);
  }
}

template <class T>
void contextual(const VisionZipMergeArgs& a, const int32_t* member, int64_t members,
                const T* target, T* out) {
  const float count =
      static_cast<float>(a.mode == MergeMode::kTargetPlusMean ? members : members + 1);
  for (int64_t tile = 0; tile < a.dim; tile += kTile) {
    const int64_t channels = a.dim - tile < kTile ? a.dim - tile : kTile;
    const T* tokens = static_cast<const T*>(a.input) + tile;
    float sum[kTile + kLanes];
    for (int64_t c = 0; c < channels + kLanes; c++) sum[c] = 0.0f;
    int64_t m = 0;
    for (; m + kMembers <= members; m += kMembers) {
      add_members<T, kMembers>(tokens, a.input_stride_token, member + m, channels, sum);
    }
    for (; m < members; m++) {
      add_members<T, 1>(tokens, a.input_stride_token, member + m, channels, sum);
    }
    finish(target + tile, sum, count, a.mode, channels, out + tile);
  }
}

template <class T>
void rows(const VisionZipMergeArgs& a, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    T* out = static_cast<T*>(a.out) + r * a.out_stride_token;
    const int64_t t = r - a.counts.dominant;
    const int32_t token = t < 0 ? a.dominant[r] : a.target[t];
    const T* row = static_cast<const T*>(a.input) + token * a.input_stride_token;
    const int64_t first = t < 0 || a.counts.merged == 0 ? 0 : a.member_offset[t];
    const int64_t last = t < 0 || a.counts.merged == 0 ? 0 : a.member_offset[t + 1];
    if (first == last) {
      __builtin_memcpy(out, row, static_cast<unsigned long>(a.dim) * sizeof(T));
    } else {
      contextual(a, a.member + first, last - first, row, out);
    }
  }
}

}  // namespace

void visionzip_merge(const VisionZipMergeArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype,
               [&](auto storage) { rows<typename decltype(storage)::Type>(a, begin, end); });
}

}  // namespace tkz::cpu::TKZ_ISA
