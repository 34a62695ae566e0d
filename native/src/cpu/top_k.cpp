// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/selection_rule.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void top_k(const TopKArgs& args, int threads) {
  const Kernels& k = kernels();
  // About 36 passes over a row that stays in the cache.
  const int64_t bytes = args.batch * args.tokens * 4 * 8;
  const auto select = [&](int64_t image, int64_t, int64_t) {
    const Picture picture = args.ragged.picture(image, args.tokens);
    const float* scores =
        args.scores + args.ragged.start(image, picture, args.scores_stride_batch, 1);
    const int64_t kept = std::min(args.k, picture.count);
    int32_t* const indices = args.indices + image * args.k;
    if (kept > 0) {
      k.list_chosen(scores, picture.count, k.top_scores(scores, picture.count, kept), indices,
                    kept);
    }
    if (args.ranked) {
      std::sort(indices, indices + kept, [scores](int32_t a, int32_t b) {
        const uint32_t key_a = ordered_key(scores[a]), key_b = ordered_key(scores[b]);
        return key_a != key_b ? key_a > key_b : a < b;
      });
    }
    std::fill(indices + kept, indices + args.k, -1);
    if (args.values != nullptr) {
      float* const values = args.values + image * args.k;
      for (int64_t i = 0; i < kept; i++) values[i] = scores[indices[i]];
      std::fill(values + kept, values + args.k, 0.0f);
    }
    if (args.non_finite != nullptr) {
      args.non_finite[image] = k.all_finite(scores, picture.count) ? 0 : 1;
    }
  };
  for_each_range(args.batch, 1, 1, threads_for(bytes, threads), select);
}

}  // namespace tkz::cpu
