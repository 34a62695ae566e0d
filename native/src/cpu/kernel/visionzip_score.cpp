// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Adds one head's softmax to the scores of the patches. False when a logit is not finite.
bool add_softmax(const float* logits, int64_t tokens, float* scores, int64_t patches) {
  const float lowest = -__builtin_inff();
  const int64_t whole = tokens / kLanes * kLanes;
  const int64_t left = tokens - whole;

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
  const F32x16 maximum = splat(max(highest));

  F32x16 total = splat(0.0f);
  for (int64_t c = 0; c < whole; c += kLanes) {
    total = total + exp_nonpositive(load(logits + c) - maximum);
  }
  if (left > 0) {
    total = total + exp_nonpositive(load_first(logits + whole, left, lowest) - maximum);
  }
  const F32x16 norm = splat(1.0f / sum(total));

  const float* patch_logits = logits + (tokens - patches);
  int64_t c = 0;
  for (; c + kLanes <= patches; c += kLanes) {
    const F32x16 weight = exp_nonpositive(load(patch_logits + c) - maximum) * norm;
    store(load(scores + c) + weight, scores + c);
  }
  if (c < patches) {
    const int64_t rest = patches - c;
    const F32x16 weight =
        exp_nonpositive(load_first(patch_logits + c, rest, lowest) - maximum) * norm;
    store_first(load_first(scores + c, rest) + weight, scores + c, rest);
  }
  return !any(bad);
}

/// Copies given scores. False when one is not finite.
bool copy_scores(const float* in, int64_t n, float* out) {
  I32x16 bad = splat(0);
  int64_t c = 0;
  for (; c + kLanes <= n; c += kLanes) {
    const F32x16 x = load(in + c);
    bad = bad | non_finite(x);
    store(x, out + c);
  }
  if (c < n) {
    const F32x16 x = load_first(in + c, n - c);
    bad = bad | non_finite(x);
    store_first(x, out + c, n - c);
  }
  return !any(bad);
}

}  // namespace

bool visionzip_score(const VisionZipSelectArgs& a) {
  const int64_t patches = a.tokens - (a.has_cls ? 1 : 0);
  if (a.logits == nullptr) return copy_scores(a.scores_in, patches, a.lists.scores);
  for (int64_t i = 0; i < patches; i++) a.lists.scores[i] = 0.0f;
  bool finite = true;
  for (int64_t h = 0; h < a.heads; h++) {
    finite &= add_softmax(a.logits + h * a.logits_stride_head, a.tokens, a.lists.scores, patches);
  }
  return finite;
}

}  // namespace tkz::cpu::TKZ_ISA
