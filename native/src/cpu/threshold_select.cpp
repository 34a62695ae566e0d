// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "common/selection_rule.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void threshold_select(const ThresholdSelectArgs& args, int threads) {
  const Kernels& k = kernels();
  const auto select = [&](int64_t image, int64_t, int64_t) {
    const Picture picture = args.ragged.picture(image, args.tokens);
    const float* scores =
        args.scores + args.ragged.start(image, picture, args.scores_stride_batch, 1);
    const float threshold = args.threshold[image];
    int32_t* const indices = args.indices + image * args.capacity;
    const int64_t count = k.list_chosen(scores, picture.count, {ordered_key(threshold), INT64_MAX},
                                        indices, args.capacity);
    std::fill(indices + std::min(count, args.capacity), indices + args.capacity, -1);
    args.count[image] = static_cast<int32_t>(count);
    if (args.non_finite != nullptr) {
      const bool finite = std::isfinite(threshold) && k.all_finite(scores, picture.count);
      args.non_finite[image] = finite ? 0 : 1;
    }
  };
  for_each_range(args.batch, 1, 1, threads_for(args.batch * args.tokens * 4, threads), select);
}

}  // namespace tkz::cpu
