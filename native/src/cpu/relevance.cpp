// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

/// One picture with `tokens` of its own.
RelevanceArgs picture_of(RelevanceArgs a, int64_t image) {
  const Picture picture = a.ragged.picture(image, a.tokens);
  a.features =
      advance(a.features, a.dtype,
              a.ragged.start(image, picture, a.features_stride_batch, a.features_stride_token));
  a.text = advance(a.text, a.dtype, image * a.text_stride_batch);
  a.scores = advance(a.scores, a.ragged.start(image, picture, a.tokens, 1));
  a.tokens = picture.count;
  return a;
}

bool all_finite(const float* values, int64_t count) {
  bool finite = true;
  for (int64_t i = 0; i < count; i++) finite &= std::isfinite(values[i]);
  return finite;
}

}  // namespace

void relevance(const RelevanceArgs& args, int threads) {
  const Kernels& k = kernels();
  const int64_t bytes = args.batch * args.tokens * args.dim * size_of(args.dtype);
  const int team = threads_for(bytes, threads);
  for_each_range(args.batch, args.tokens, 64, team, [&](int64_t image, int64_t begin, int64_t end) {
    const RelevanceArgs one = picture_of(args, image);
    k.relevance(one, std::min(begin, one.tokens), std::min(end, one.tokens));
  });
  for (int64_t image = 0; image < args.batch; image++) {
    const RelevanceArgs one = picture_of(args, image);
    if (args.non_finite != nullptr) {
      args.non_finite[image] = all_finite(one.scores, one.tokens) ? 0 : 1;
    }
    if (args.softmax) k.relevance_softmax(one);
  }
}

}  // namespace tkz::cpu
