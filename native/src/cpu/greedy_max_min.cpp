// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/greedy.h"
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

constexpr int64_t kColumnGrain = 256;

/// The picks of one picture, whose nearest distances are there.
void pick_tokens(const Kernels& k, const GreedyMaxMinArgs& a, const GreedyCounts& counts) {
  for (int64_t pick = 0; pick < counts.picks; pick++) {
    const int64_t chosen = k.largest_left(a.nearest, counts.tokens);
    a.indices[pick] = static_cast<int32_t>(chosen);
    if (pick + 1 == counts.picks) break;
    if (pick == 0) {
      std::fill(a.nearest, a.nearest + counts.tokens, std::numeric_limits<float>::infinity());
    }
    mark_picked(a.nearest, chosen);
    k.come_closer(a, counts.tokens, chosen);
  }
  if (!a.is_ranked) std::sort(a.indices, a.indices + counts.picks);
}

}  // namespace

void greedy_max_min(const GreedyMaxMinArgs& args, int threads) {
  const Kernels& k = kernels();
  const int team = threads_for(args.batch * args.tokens * args.tokens * 4, threads);
  if (args.batch >= team) {
    for_each_range(args.batch, 1, 1, team, [&](int64_t image, int64_t, int64_t) {
      const GreedyMaxMinArgs one = image_of(args, image);
      const GreedyCounts counts = greedy_counts(args, image);
      write_trivial(counts, args.wanted, one.indices);
      *one.non_finite = 0;
      if (!counts.is_choice) return;
      *one.non_finite = k.nearest_distance(one, counts.tokens, 0, counts.tokens) ? 0 : 1;
      pick_tokens(k, one, counts);
    });
    return;
  }
  // Few pictures: the threads share the pass over each matrix; the picks read little of it.
  for (int64_t image = 0; image < args.batch; image++) {
    const GreedyMaxMinArgs one = image_of(args, image);
    const GreedyCounts counts = greedy_counts(args, image);
    write_trivial(counts, args.wanted, one.indices);
    *one.non_finite = 0;
    if (!counts.is_choice) continue;
    for_each_range(1, counts.tokens, kColumnGrain, team, [&](int64_t, int64_t begin, int64_t end) {
      if (!k.nearest_distance(one, counts.tokens, begin, end)) {
#pragma omp atomic write
        *one.non_finite = 1;
      }
    });
    pick_tokens(k, one, counts);
  }
}

}  // namespace tkz::cpu
