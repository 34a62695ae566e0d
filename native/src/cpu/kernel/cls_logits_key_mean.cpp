// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One read of K gives both results. Four tokens go together, so that a piece of the query is loaded
// (and widened) once for four rows of keys; the rows themselves are read front to back.
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr int kTokens = 4;

/// Tokens [token, token + kCount) when the head width is 16 * kChunks: the sums stay in registers.
template <class T, bool kQuery, int kChunks, int kCount>
TKZ_INLINE void fixed_width(const ClsLogitsKeyMeanArgs& a, int64_t token) {
  const T* keys = static_cast<const T*>(a.keys) + token * a.keys_stride_token;
  const T* query = static_cast<const T*>(a.query);
  F32x16 mean[kCount][kChunks];
  for (int t = 0; t < kCount; t++) {
    for (int c = 0; c < kChunks; c++) mean[t][c] = splat(0.0f);
  }
  for (int64_t group = 0; group < a.heads; group += kLanes) {
    const int64_t heads = a.heads - group < kLanes ? a.heads - group : kLanes;
    F32x16 dot[kCount][kLanes];
    if (kQuery && heads < kLanes) {
      for (int t = 0; t < kCount; t++) {
        for (int64_t h = heads; h < kLanes; h++) dot[t][h] = splat(0.0f);
      }
    }
    for (int64_t h = 0; h < heads; h++) {
      const T* head_keys = keys + (group + h) * a.keys_stride_head;
      const T* head_query = kQuery ? query + (group + h) * a.query_stride_head : nullptr;
      F32x16 product[kCount];
      for (int c = 0; c < kChunks; c++) {
        const F32x16 q = kQuery ? load(head_query + c * kLanes) : splat(0.0f);
        for (int t = 0; t < kCount; t++) {
          const F32x16 k = load(head_keys + t * a.keys_stride_token + c * kLanes);
          if (kQuery) product[t] = c == 0 ? q * k : product[t] + q * k;
          mean[t][c] = mean[t][c] + k;
        }
      }
      for (int t = 0; kQuery && t < kCount; t++) dot[t][h] = product[t];
    }
    for (int t = 0; kQuery && t < kCount; t++) {
      float logits[kLanes];
      store(sum_each(dot[t]) * splat(a.scale), logits);
      for (int64_t h = 0; h < heads; h++) a.logits[(group + h) * a.tokens + token + t] = logits[h];
    }
  }
  const F32x16 heads = splat(static_cast<float>(a.heads));
  for (int t = 0; t < kCount; t++) {
    float* out = a.key_mean + (token + t) * a.dim;
    for (int c = 0; c < kChunks; c++) store(mean[t][c] / heads, out + c * kLanes);
  }
}

/// One token of any head width; the sums over heads are kept in the output.
template <class T, bool kQuery>
void any_width(const ClsLogitsKeyMeanArgs& a, int64_t token) {
  const T* keys = static_cast<const T*>(a.keys) + token * a.keys_stride_token;
  float* out = a.key_mean + token * a.dim;
  const int64_t whole = a.dim / kLanes * kLanes;
  const int64_t left = a.dim - whole;
  for (int64_t h = 0; h < a.heads; h++) {
    const T* k = keys + h * a.keys_stride_head;
    const T* q = kQuery ? static_cast<const T*>(a.query) + h * a.query_stride_head : nullptr;
    F32x16 product = splat(0.0f);
    for (int64_t c = 0; c < whole; c += kLanes) {
      const F32x16 key = load(k + c);
      if (kQuery) product = c == 0 ? load(q) * key : product + load(q + c) * key;
      store(h == 0 ? splat(0.0f) + key : load(out + c) + key, out + c);
    }
    if (left > 0) {
      const F32x16 key = load_first(k + whole, left);
      if (kQuery) product = product + load_first(q + whole, left) * key;
      const F32x16 before = h == 0 ? splat(0.0f) : load_first(out + whole, left);
      store_first(before + key, out + whole, left);
    }
    if (kQuery) a.logits[h * a.tokens + token] = sum(product) * a.scale;
  }
  for (int64_t c = 0; c < a.dim; c++) out[c] = out[c] / static_cast<float>(a.heads);
}

template <class T, bool kQuery>
void tokens(const ClsLogitsKeyMeanArgs& a, int64_t begin, int64_t end) {
  int64_t token = begin;
  if (a.dim == 64) {
    for (; token + kTokens <= end; token += kTokens) fixed_width<T, kQuery, 4, kTokens>(a, token);
    for (; token < end; token++) fixed_width<T, kQuery, 4, 1>(a, token);
  } else {
    for (; token < end; token++) any_width<T, kQuery>(a, token);
  }
}

}  // namespace

void cls_logits_key_mean(const ClsLogitsKeyMeanArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype, [&](auto storage) {
    using T = typename decltype(storage)::Type;
    a.query ? tokens<T, true>(a, begin, end) : tokens<T, false>(a, begin, end);
  });
}

}  // namespace tkz::cpu::TKZ_ISA
