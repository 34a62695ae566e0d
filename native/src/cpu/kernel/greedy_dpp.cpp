// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Vectors of columns whose sums stay in registers.
constexpr int kVectors = kWidth == 4 ? 2 : 4;

TKZ_INLINE I32x16 is_picked(F32x16 gain) {
  return bits_of(gain) == splat(static_cast<int32_t>(kPickedBits));
}

/// Columns [c, c + count) of row `pick`; count is at most kCount * 16, and less only where kCount
/// is 1. Lanes of columns that are not finite.
template <int kCount>
TKZ_INLINE I32x16 row_part(const GreedyDppArgs& a, int64_t pick, int64_t chosen, float root,
                           int64_t c, int64_t count) {
  const bool whole = kCount > 1 || count >= kLanes;
  const auto read = [&](const float* p) { return whole ? load(p) : load_first(p, count); };
  const auto write = [&](F32x16 x, float* p) {
    if (whole) {
      store(x, p);
    } else {
      store_first(x, p, count);
    }
  };
  F32x16 known[kCount];
  for (int v = 0; v < kCount; v++) known[v] = splat(0.0f);
  const float* row = a.factor;
  for (int64_t t = 0; t < pick; t++, row += a.tokens) {
    const F32x16 entry = splat(row[chosen]);
    for (int v = 0; v < kCount; v++) known[v] = known[v] + entry * read(row + c + v * kLanes);
  }
  const float* similarity = a.similarity + chosen * a.similarity_stride_row;
  I32x16 bad = splat(0);
  for (int v = 0; v < kCount; v++) {
    const int64_t column = c + v * kLanes;
    F32x16 kernel = read(similarity + column);
    if (a.weight != nullptr) kernel = (splat(a.weight[chosen]) * kernel) * read(a.weight + column);
    const F32x16 entry = (kernel - known[v]) / splat(root);
    write(entry, a.factor + pick * a.tokens + column);
    const F32x16 gain = read(a.gain + column);
    const I32x16 picked = is_picked(gain);
    const F32x16 left = gain - entry * entry;
    bad = bad | (non_finite(left) & (picked ^ splat(-1)));
    write(select(picked, gain, left), a.gain + column);
  }
  if (!whole) bad = bad & (splat(static_cast<int32_t>(count)) > lane_index());
  return bad;
}

}  // namespace

bool dpp_diagonal(const GreedyDppArgs& a, int64_t begin, int64_t end) {
  bool finite = true;
  for (int64_t i = begin; i < end; i++) {
    uint32_t bits;
    __builtin_memcpy(&bits, a.gain + i, sizeof bits);
    if (bits == kPickedBits) continue;
    const float s = a.similarity[i * a.similarity_stride_row + i];
    a.gain[i] = a.weight == nullptr ? s : (a.weight[i] * s) * a.weight[i];
    finite &= a.gain[i] - a.gain[i] == 0.0f;
  }
  return finite;
}

bool dpp_row(const GreedyDppArgs& a, int64_t pick, int64_t chosen, float gain, int64_t begin,
             int64_t end) {
  const float root = __builtin_sqrtf(gain);
  I32x16 bad = splat(0);
  int64_t c = begin;
  for (; c + kVectors * kLanes <= end; c += kVectors * kLanes) {
    bad = bad | row_part<kVectors>(a, pick, chosen, root, c, kVectors * kLanes);
  }
  for (; c < end; c += kLanes) bad = bad | row_part<1>(a, pick, chosen, root, c, end - c);
  return !any(bad);
}

}  // namespace tkz::cpu::TKZ_ISA
