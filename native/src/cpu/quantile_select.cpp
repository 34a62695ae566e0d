// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/quantile_rule.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"
#include "select/entry_count.h"

namespace tkz::cpu {
namespace {

/// Rows [begin, end) of a picture. The count of a row with a non-finite value is left negative.
void select_rows(const QuantileSelectArgs& args, int64_t image, int64_t begin, int64_t end) {
  const Kernels& k = kernels();
  const int64_t n = entry_count(args.ragged, args.counts, image, args.tokens);
  const int64_t wanted = quantile_count(args.epsilon, n);
  for (int64_t r = begin; r < end; r++) {
    const float* row = args.values + image * args.values_stride_batch + r * args.values_stride_row;
    int32_t* const indices = args.indices + (image * args.rows + r) * args.capacity;
    int64_t count = 0;
    if (n > 0) {
      const TopScores cut = {k.top_scores(row, n, wanted).key, INT64_MAX};
      count = k.list_chosen(row, n, cut, indices, args.capacity);
    }
    std::fill(indices + std::min(count, args.capacity), indices + args.capacity, -1);
    if (!k.all_finite(row, n)) count = -1 - count;
    args.count[image * args.rows + r] = static_cast<int32_t>(count);
  }
}

}  // namespace

void quantile_select(const QuantileSelectArgs& args, int threads) {
  const int64_t bytes = args.batch * args.rows * args.tokens * 4 * 8;
  for_each_range(
      args.batch, args.rows, 1, threads_for(bytes, threads),
      [&](int64_t image, int64_t begin, int64_t end) { select_rows(args, image, begin, end); });
  for (int64_t image = 0; image < args.batch; image++) {
    bool finite = true;
    for (int64_t r = 0; r < args.rows; r++) {
      int32_t& count = args.count[image * args.rows + r];
      finite &= count >= 0;
      if (count < 0) count = -1 - count;
    }
    if (args.non_finite != nullptr) args.non_finite[image] = finite ? 0 : 1;
  }
}

}  // namespace tkz::cpu
