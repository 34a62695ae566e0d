// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr float kInfinity = __builtin_inff();

/// Columns whose minima stay in the first-level cache.
constexpr int64_t kColumns = 256;

TKZ_INLINE F32x16 distance_of(const GreedyMaxMinArgs& a, F32x16 entry) {
  return a.is_similarity ? splat(1.0f) - entry : entry;
}

/// ordered_key of selection_rule.h with the top bit flipped, so that signed comparison orders it;
/// the lowest of all for a token that is picked, and for no other.
TKZ_INLINE I32x16 key_of(F32x16 value) {
  const I32x16 bits = bits_of(value + splat(0.0f));
  const I32x16 key = bits ^ ((bits >> 31) & splat(0x7fffffff));
  const I32x16 lowest = splat(INT32_MIN);
  const I32x16 picked = bits_of(value) == splat(static_cast<int32_t>(kPickedBits));
  return select(picked, lowest, select(key > lowest, key, splat(INT32_MIN + 1)));
}

/// Columns [begin, end), at most kColumns of them.
bool nearest_in_columns(const GreedyMaxMinArgs& a, int64_t tokens, int64_t begin, int64_t end) {
  F32x16 nearest[kColumns / kLanes];
  I32x16 bad[kColumns / kLanes];
  for (int64_t i = 0; i < kColumns / kLanes; i++) {
    nearest[i] = splat(kInfinity);
    bad[i] = splat(0);
  }
  const auto take = [&](int64_t part, F32x16 distance, I32x16 counts) {
    bad[part] = bad[part] | (non_finite(distance) & counts);
    nearest[part] = select((nearest[part] > distance) & counts, distance, nearest[part]);
  };
  for (int64_t row = 0; row < tokens; row++) {
    const float* entry = a.matrix + row * a.matrix_stride_row;
    if (row >= begin && row < end) {  // one lane is the token itself
      for (int64_t c = begin; c < end; c += kLanes) {
        const int64_t count = end - c < kLanes ? end - c : kLanes;
        const I32x16 column = lane_index() + splat(static_cast<int32_t>(c));
        const I32x16 inside = splat(static_cast<int32_t>(end)) > column;
        const I32x16 self = column == splat(static_cast<int32_t>(row));
        take((c - begin) / kLanes, distance_of(a, load_first(entry + c, count)),
             inside & (self ^ splat(-1)));
      }
      continue;
    }
    int64_t c = begin;
    for (; c + kLanes <= end; c += kLanes) {
      take((c - begin) / kLanes, distance_of(a, load(entry + c)), splat(-1));
    }
    if (c < end) {
      const I32x16 inside = splat(static_cast<int32_t>(end - c)) > lane_index();
      take((c - begin) / kLanes, distance_of(a, load_first(entry + c, end - c)), inside);
    }
  }
  I32x16 any_bad = splat(0);
  for (int64_t c = begin; c < end; c += kLanes) {
    const int64_t part = (c - begin) / kLanes;
    const F32x16 result = tokens > 1 ? nearest[part] : splat(0.0f);
    any_bad = any_bad | bad[part];
    store_first(result, a.nearest + c, end - c < kLanes ? end - c : kLanes);
  }
  return !any(any_bad);
}

}  // namespace

int64_t largest_left(const float* value, int64_t n) {
  I32x16 best = splat(INT32_MIN), token = splat(0);
  const auto take = [&](F32x16 x, int64_t first, I32x16 counts) {
    const I32x16 key = key_of(x);
    const I32x16 better = (key > best) & counts;
    best = select(better, key, best);
    token = select(better, lane_index() + splat(static_cast<int32_t>(first)), token);
  };
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) take(load(value + i), i, splat(-1));
  if (i < n) {
    take(load_first(value + i, n - i), i, splat(static_cast<int32_t>(n - i)) > lane_index());
  }
  int32_t keys[kLanes], tokens[kLanes];
  store(best, keys);
  store(token, tokens);
  int lane = 0;
  for (int l = 1; l < kLanes; l++) {
    if (keys[l] > keys[lane] || (keys[l] == keys[lane] && tokens[l] < tokens[lane])) lane = l;
  }
  return tokens[lane];
}

bool nearest_distance(const GreedyMaxMinArgs& a, int64_t tokens, int64_t begin, int64_t end) {
  bool finite = true;
  for (int64_t c = begin; c < end; c += kColumns) {
    finite &= nearest_in_columns(a, tokens, c, end - c < kColumns ? end : c + kColumns);
  }
  return finite;
}

void come_closer(const GreedyMaxMinArgs& a, int64_t tokens, int64_t chosen) {
  const float* entry = a.matrix + chosen * a.matrix_stride_row;
  // What is picked is NaN: nothing is smaller.
  int64_t i = 0;
  for (; i + kLanes <= tokens; i += kLanes) {
    const F32x16 distance = distance_of(a, load(entry + i)), nearest = load(a.nearest + i);
    store(select(nearest > distance, distance, nearest), a.nearest + i);
  }
  if (i < tokens) {
    const F32x16 distance = distance_of(a, load_first(entry + i, tokens - i));
    const F32x16 nearest = load_first(a.nearest + i, tokens - i);
    store_first(select(nearest > distance, distance, nearest), a.nearest + i, tokens - i);
  }
}

}  // namespace tkz::cpu::TKZ_ISA
