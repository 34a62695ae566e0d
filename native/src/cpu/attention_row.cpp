// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

/// Whether every head's softmax of one picture exists.
bool is_finite(const AttentionRowArgs& one) {
  for (int64_t h = 0; h < one.heads; h++) {
    if (!std::isfinite(one.partials[h].sum)) return false;
  }
  return true;
}

}  // namespace

void attention_row(const AttentionRowArgs& args, int threads) {
  const Kernels& k = kernels();
  const int64_t longest = args.ragged.longest(args.tokens);
  const auto count_of = [&](int64_t image) {
    return args.ragged.picture(image, args.tokens).count;
  };
  const int team = threads_for(
      args.batch * longest * (args.key_heads * args.dim * size_of(args.dtype) + args.heads * 4),
      threads);
  for_each_range(args.batch, longest, 64, team, [&](int64_t image, int64_t begin, int64_t end) {
    end = std::min(end, count_of(image));
    if (begin < end) k.attention_row_logits(image_of(args, image), begin, end);
  });
  for_each_range(args.batch, args.heads, 1, team, [&](int64_t image, int64_t begin, int64_t end) {
    const int64_t count = count_of(image);
    if (count > 0) k.attention_row_softmax(image_of(args, image), count, begin, end);
  });
  for (int64_t image = 0; args.non_finite != nullptr && image < args.batch; image++) {
    const bool bad = count_of(image) > 0 && !is_finite(image_of(args, image));
    args.non_finite[image] = bad ? 1 : 0;
  }
  for_each_range(args.batch, longest, 64, team, [&](int64_t image, int64_t begin, int64_t end) {
    end = std::min(end, count_of(image));
    if (begin < end) k.attention_row_scores(image_of(args, image), begin, end);
  });
}

}  // namespace tkz::cpu
