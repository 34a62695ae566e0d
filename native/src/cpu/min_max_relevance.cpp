// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void min_max_relevance(const MinMaxRelevanceArgs& args, int threads) {
  const bool is_ragged = args.ragged.offsets != nullptr;
  if (is_ragged) std::fill(args.scaled, args.scaled + args.ragged.total, 0.0f);
  const int team = threads_for(args.batch * args.tokens * 8, threads);
  for_each_range(args.batch, 1, 1, team, [&](int64_t image, int64_t, int64_t) {
    const Picture picture = args.ragged.picture(image, args.tokens);
    const auto first = [&](int64_t stride) { return args.ragged.start(image, picture, stride, 1); };
    kernels().min_max_relevance(args.relevance + first(args.relevance_stride_batch), picture.count,
                                args.scaled + first(args.tokens));
  });
}

}  // namespace tkz::cpu
