// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Who gets what of the patches that FiCoCo-V removes, and the tokens that come of it.
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/ordered_key.h"
#include "cpu/kernel/weighted_rows.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// What an entry that is high enough hands over.
TKZ_INLINE float weight_of(const FicocoShare& share, bool softmax, float z) {
  if (!softmax) return share.sum == 0.0f ? 0.0f : z / share.sum;
  float lane[kLanes];
  store(exp_nonpositive(splat(z - share.shift)), lane);
  return lane[0] / share.sum;
}

/// Whether an entry is high enough: as chosen(), for a single one.
TKZ_INLINE bool receives(const FicocoShare& share, float z) {
  const float value = z + 0.0f;  // -0 counts as 0
  int32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return (bits ^ ((bits >> 31) & 0x7fffffff)) >= static_cast<int32_t>(share.key ^ 0x80000000u);
}

/// The entries of `row` that are high enough, as bits.
TKZ_INLINE uint32_t chosen(const float* row, int64_t count, const FicocoShare& share) {
  const I32x16 bound = splat(static_cast<int32_t>(share.key ^ 0x80000000u));
  const I32x16 key = signed_key(count == kLanes ? load(row) : load_first(row, count));
  const I32x16 high = key >= bound;
  if (!any(high)) return 0;
  int32_t lane[kLanes];
  store(high, lane);
  uint32_t bits = 0;
  for (int64_t i = 0; i < count; i++) bits |= lane[i] != 0 ? 1u << i : 0u;
  return bits;
}

/// Calls visit(index, value) for the entries of a row that are high enough, in ascending order.
template <class Visit>
TKZ_INLINE void each_chosen(const float* row, int64_t n, const FicocoShare& share,
                            const Visit& visit) {
  for (int64_t first = 0; first < n; first += kLanes) {
    const int64_t count = n - first < kLanes ? n - first : kLanes;
    for (uint32_t bits = chosen(row + first, count, share); bits != 0; bits &= bits - 1) {
      const int64_t index = first + __builtin_ctz(bits);
      visit(index, row[index]);
    }
  }
}

template <class T>
void rows(const FicocoMergeArgs& a, int64_t begin, int64_t end) {
  const T* tokens = static_cast<const T*>(a.tokens);
  T* out = static_cast<T*>(a.out) + a.counts.first * a.out_stride_token;
  for (int64_t first = begin; first < end; first += kLanes) {
    const int64_t count = end - first < kLanes ? end - first : kLanes;
    uint32_t receivers = 0;
    for (int64_t i = 0; i < a.counts.removals; i++) {
      receivers |= chosen(a.correlation + i * a.pitch + first, count, a.shares[i]);
    }
    for (int64_t j = first; j < first + count; j++) {
      const T* own = tokens + a.columns[j] * a.tokens_stride_token;
      T* to = out + j * a.out_stride_token;
      if ((receivers >> (j - first) & 1u) == 0) {
        __builtin_memcpy(to, own, static_cast<unsigned long>(a.dim) * sizeof(T));
        continue;
      }
      const auto row_at = [&](int64_t i) -> WeightedRow<T> {
        const float z = a.correlation[i * a.pitch + j];
        if (!receives(a.shares[i], z)) return {nullptr, 0.0f};
        return {tokens + a.rows[i] * a.tokens_stride_token, weight_of(a.shares[i], a.softmax, z)};
      };
      float weights = 0.0f;
      for (int64_t i = 0; i < a.counts.removals; i++) weights += row_at(i).weight;
      const F32x16 divisor = splat(1.0f + weights);
      for (int64_t tile = 0; tile < a.dim; tile += kTile) {
        const int64_t channels = a.dim - tile < kTile ? a.dim - tile : kTile;
        float sum[kTile + kLanes];
        sum_rows<T>(
            a.counts.removals,
            [&](int64_t i) -> WeightedRow<T> {
              const WeightedRow<T> row = row_at(i);
              return {row.row == nullptr ? nullptr : row.row + tile, row.weight};
            },
            channels, sum);
        for (int64_t c = 0; c < channels; c += kLanes) {
          const int64_t left = channels - c;
          if (left >= kLanes) {
            store_rounded((load(own + tile + c) + load(sum + c)) / divisor, to + tile + c);
          } else {
            const F32x16 merged = (load_first(own + tile + c, left) + load(sum + c)) / divisor;
            store_first(merged, to + tile + c, left);
          }
        }
      }
    }
  }
}

}  // namespace

void ficoco_share(const FicocoSharesArgs& a, int64_t row) {
  const float* z = a.correlation + row * a.pitch;
  const int64_t kept = a.counts.kept();
  FicocoShare& share = a.shares[row];
  share = {top_scores(z, kept, a.wanted).key, 0.0f, 0.0f, all_finite(z, kept) ? 0 : 1};
  float most = -__builtin_inff();
  each_chosen(z, kept, share, [&](int64_t, float value) { most = value > most ? value : most; });
  if (a.softmax) share.shift = most;
  float total = 0.0f;
  each_chosen(z, kept, share, [&](int64_t, float value) {
    float lane[kLanes] = {value};
    if (a.softmax) store(exp_nonpositive(splat(value - share.shift)), lane);
    total += lane[0];
  });
  share.sum = total;
  int64_t count = 0;
  each_chosen(z, kept, share, [&](int64_t index, float value) {
    if (count < a.capacity) {
      a.targets[row * a.capacity + count] = static_cast<int32_t>(index);
      a.weights[row * a.capacity + count] = weight_of(share, a.softmax, value);
    }
    count++;
  });
  a.count[row] = static_cast<int32_t>(count);
  for (; count < a.capacity; count++) {
    a.targets[row * a.capacity + count] = -1;
    a.weights[row * a.capacity + count] = 0.0f;
  }
}

void ficoco_merge(const FicocoMergeArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype,
               [&](auto storage) { rows<typename decltype(storage)::Type>(a, begin, end); });
}

}  // namespace tkz::cpu::TKZ_ISA
