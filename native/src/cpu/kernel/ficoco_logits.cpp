// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What FiCoCo-V needs of all queries and keys, each read once: a tile of keys gives its part of the
// mean key and the logits of CLS, then queries meet the mean key. Four tokens go together.
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr int kTokens = 4;

/// Sixteen channels of a row from `channel` on, zero beyond its end.
template <class T>
TKZ_INLINE F32x16 piece(const T* row, int64_t channel, int64_t dim) {
  return channel + kLanes <= dim ? load(row + channel) : load_first(row + channel, dim - channel);
}

TKZ_INLINE void add_piece(F32x16 value, int64_t channel, int64_t dim, float* sum) {
  if (channel + kLanes <= dim) {
    store(load(sum + channel) + value, sum + channel);
  } else {
    store_first(load_first(sum + channel, dim - channel) + value, sum + channel, dim - channel);
  }
}

/// The sum over lanes of kCount vectors, times `factor`.
template <int kCount>
TKZ_INLINE void sums_of(const F32x16* dot, float factor, float* out) {
  for (int t = 0; t < kCount; t++) out[t] = factor * sum(dot[t]);
}

template <class T, int kCount>
TKZ_INLINE void keys_of(const FicocoLogitsArgs& a, int64_t patch, float factor, float* sums) {
  const AttentionInputs& in = a.in;
  const int64_t queries = in.heads / in.key_heads;
  const T* keys = static_cast<const T*>(in.keys) + (a.first + patch) * in.keys_stride_token;
  F32x16 dot[kCount];
  for (int t = 0; t < kCount; t++) dot[t] = splat(0.0f);
  for (int64_t head = 0; head < in.heads; head++) {
    const T* query = static_cast<const T*>(in.query) + head * in.query_stride_head;
    const T* key = keys + head / queries * in.keys_stride_head;
    const bool is_new = head % queries == 0;
    float* sum = sums + head / queries * in.dim;
    for (int64_t c = 0; c < in.dim; c += kLanes) {
      const F32x16 q = a.cls == nullptr ? splat(0.0f) : piece(query, c, in.dim);
      F32x16 total = splat(0.0f);
      for (int t = 0; t < kCount; t++) {
        const F32x16 k = piece(key + t * in.keys_stride_token, c, in.dim);
        dot[t] = dot[t] + q * k;
        total = t == 0 ? k : total + k;
      }
      if (is_new) add_piece(total, c, in.dim, sum);
    }
  }
  if (a.cls != nullptr) sums_of<kCount>(dot, factor, a.cls + patch);
}

template <class T, int kCount>
TKZ_INLINE void queries_of(const FicocoLogitsArgs& a, int64_t patch, float factor) {
  const AttentionInputs& in = a.in;
  const int64_t queries = in.heads / in.key_heads;
  const T* all = static_cast<const T*>(in.query) + (a.first + patch) * in.query_stride_token;
  F32x16 dot[kCount];
  for (int t = 0; t < kCount; t++) dot[t] = splat(0.0f);
  for (int64_t head = 0; head < in.heads; head++) {
    const T* query = all + head * in.query_stride_head;
    const float* mean = a.mean + head / queries * in.dim;
    for (int64_t c = 0; c < in.dim; c += kLanes) {
      const F32x16 k = piece(mean, c, in.dim);
      for (int t = 0; t < kCount; t++) {
        dot[t] = dot[t] + piece(query + t * in.query_stride_token, c, in.dim) * k;
      }
    }
  }
  sums_of<kCount>(dot, factor, a.emitted + patch);
}

float factor_of(const AttentionInputs& in) { return in.scale / static_cast<float>(in.heads); }

}  // namespace

void ficoco_keys(const FicocoLogitsArgs& a, int64_t begin, int64_t end) {
  with_storage(a.in.dtype, [&](auto storage) {
    using T = typename decltype(storage)::Type;
    for (int64_t tile = begin; tile < end; tile++) {
      float* sums = a.sums + tile * a.channels();
      for (int64_t c = 0; c < a.channels(); c++) sums[c] = 0.0f;
      int64_t patch = tile * kFicocoKeyTile;
      const int64_t last =
          patch + kFicocoKeyTile < a.patches() ? patch + kFicocoKeyTile : a.patches();
      for (; patch + kTokens <= last; patch += kTokens) {
        keys_of<T, kTokens>(a, patch, factor_of(a.in), sums);
      }
      for (; patch < last; patch++) keys_of<T, 1>(a, patch, factor_of(a.in), sums);
    }
  });
}

void ficoco_key_mean(const FicocoLogitsArgs& a, int64_t begin, int64_t end) {
  const F32x16 count = splat(static_cast<float>(a.patches()));
  for (int64_t c = begin; c < end; c += kLanes) {
    F32x16 total = splat(0.0f);
    for (int64_t tile = 0; tile < a.tiles(); tile++) {
      total = total + piece(a.sums + tile * a.channels(), c, end);
    }
    if (c + kLanes <= end) {
      store(total / count, a.mean + c);
    } else {
      store_first(total / count, a.mean + c, end - c);
    }
  }
}

void ficoco_emitted(const FicocoLogitsArgs& a, int64_t begin, int64_t end) {
  with_storage(a.in.dtype, [&](auto storage) {
    using T = typename decltype(storage)::Type;
    int64_t patch = begin;
    for (; patch + kTokens <= end; patch += kTokens) {
      queries_of<T, kTokens>(a, patch, factor_of(a.in));
    }
    for (; patch < end; patch++) queries_of<T, 1>(a, patch, factor_of(a.in));
  });
}

}  // namespace tkz::cpu::TKZ_ISA
