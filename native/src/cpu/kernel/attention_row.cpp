// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention that one query pays. Sixteen tokens go together, four at a time, so that a piece of a
// query is loaded (and scaled) once for four keys; the keys stay in the first-level cache while
// every query head that shares them reads them.
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr int64_t kTokens = 4;
/// Tokens whose probabilities are summed before the sum joins the rest: a running sum of all of
/// them would lose digits.
constexpr int64_t kSumTokens = 1024;

/// Lane by lane products of one query, scaled, with kCount keys.
template <class T, int kCount>
TKZ_INLINE void products(const AttentionRowArgs& a, const T* query, const T* keys, F32x16* dot) {
  const F32x16 scale = splat(a.scale);
  F32x16 product[kCount];
  for (int t = 0; t < kCount; t++) product[t] = splat(0.0f);
  int64_t c = 0;
  for (; c + kLanes <= a.dim; c += kLanes) {
    const F32x16 q = load(query + c) * scale;
    for (int t = 0; t < kCount; t++) {
      product[t] = product[t] + q * load(keys + t * a.keys_stride_token + c);
    }
  }
  if (c < a.dim) {
    const F32x16 q = load_first(query + c, a.dim - c) * scale;
    for (int t = 0; t < kCount; t++) {
      product[t] = product[t] + q * load_first(keys + t * a.keys_stride_token + c, a.dim - c);
    }
  }
  for (int t = 0; t < kCount; t++) dot[t] = product[t];
}

template <class T>
void logits(const AttentionRowArgs& a, int64_t begin, int64_t end) {
  const int64_t group = a.heads / a.key_heads;
  for (int64_t token = begin; token < end; token += kLanes) {
    const int64_t count = end - token < kLanes ? end - token : kLanes;
    for (int64_t head = 0; head < a.heads; head++) {
      const T* keys = static_cast<const T*>(a.keys) + head / group * a.keys_stride_head +
                      token * a.keys_stride_token;
      const T* query = static_cast<const T*>(a.query) + head * a.query_stride_head;
      F32x16 dot[kLanes];
      int64_t t = 0;
      for (; t + kTokens <= count; t += kTokens) {
        products<T, kTokens>(a, query, keys + t * a.keys_stride_token, dot + t);
      }
      for (; t < count; t++) products<T, 1>(a, query, keys + t * a.keys_stride_token, dot + t);
      for (; t < kLanes; t++) dot[t] = splat(0.0f);
      float* out = a.logits + head * a.tokens + token;
      if (count == kLanes) {
        store(sum_each(dot), out);
      } else {
        store_first(sum_each(dot), out, count);
      }
    }
  }
}

/// The softmax of one head over `count` >= 1 logits, its sum inverted; NaN where one is not finite.
PartialSoftmax softmax(const float* logits, int64_t count) {
  const float lowest = -__builtin_inff();
  const int64_t whole = count / kLanes * kLanes;
  const int64_t left = count - whole;
  F32x16 highest = splat(lowest);
  I32x16 bad = splat(0);
  for (int64_t c = 0; c < whole; c += kLanes) {
    const F32x16 x = load(logits + c);
    highest = select(x > highest, x, highest);
    bad = bad | non_finite(x);
  }
  if (left > 0) {
    const F32x16 x = load_first(logits + whole, left, lowest);
    highest = select(x > highest, x, highest);
    bad = bad | non_finite(load_first(logits + whole, left));
  }
  const float maximum = max(highest);
  if (any(bad)) return {maximum, __builtin_nanf("")};
  F32x16 total = splat(0.0f);
  for (int64_t part = 0; part < whole; part += kSumTokens) {
    const int64_t last = whole - part < kSumTokens ? whole : part + kSumTokens;
    F32x16 sum = splat(0.0f);
    for (int64_t c = part; c < last; c += kLanes) {
      sum = sum + exp_nonpositive(load(logits + c) - splat(maximum));
    }
    total = total + sum;
  }
  if (left > 0) {
    total = total + exp_nonpositive(load_first(logits + whole, left, lowest) - splat(maximum));
  }
  return {maximum, 1.0f / sum(total)};
}

}  // namespace

void attention_row_logits(const AttentionRowArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype,
               [&](auto storage) { logits<typename decltype(storage)::Type>(a, begin, end); });
}

void attention_row_softmax(const AttentionRowArgs& a, int64_t count, int64_t begin, int64_t end) {
  for (int64_t h = begin; h < end; h++) a.partials[h] = softmax(a.logits + h * a.tokens, count);
}

void attention_row_scores(const AttentionRowArgs& a, int64_t begin, int64_t end) {
  const float lowest = -__builtin_inff();
  const F32x16 divisor = splat(a.mean ? static_cast<float>(a.heads) : 1.0f);
  for (int64_t token = begin; token < end; token += kLanes) {
    const int64_t left = end - token;
    F32x16 score = splat(0.0f);
    for (int64_t h = 0; h < a.heads; h++) {
      const float* logits = a.logits + h * a.tokens + token;
      const F32x16 x = left < kLanes ? load_first(logits, left, lowest) : load(logits);
      score = score + exp_nonpositive(x - splat(a.partials[h].maximum)) * splat(a.partials[h].sum);
    }
    if (left < kLanes) {
      store_first(score / divisor, a.scores + token, left);
    } else {
      store(score / divisor, a.scores + token);
    }
  }
}

}  // namespace tkz::cpu::TKZ_ISA
