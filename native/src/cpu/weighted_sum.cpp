// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void weighted_sum(const WeightedSumArgs& args, int threads) {
  const int64_t rows = args.has_index != 0 ? args.index_count : args.tokens;
  const int64_t bytes = args.batch * rows * args.dim * size_of(args.dtype);
  for_each_range(args.batch, args.dim, 256, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().weighted_sum(args, image, begin, end);
                 });
}

}  // namespace tkz::cpu
