// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kKept = 64, kLeft = 523, kTargets = 10;
constexpr int64_t kVideo = 36864, kKeptOfVideo = 2048;  // 64 frames of 576

/// Scores of pictures, of what FiCoCo's removed tokens have to do with the survivors, and room for
/// what is chosen.
struct Scores : Problem {
  tkz_tensor scores, threshold, position, kept, count, targets, penalised;
  tkz_tensor correlation, chosen, chosen_count;
  tkz_top_k_params top;
  tkz_stride_targets_params stride;
  tkz_quantile_select_params quantile;
  tkz_local_penalty_params penalty;
  int32_t* non_finite;

  Scores(tkz_ctx*, tkz_dtype, int64_t batch)
      : scores(random(TKZ_F32, {batch, kPatches}, 1)),
        threshold(filled(1.22f, {batch})),  // a ninth of normal numbers
        position(indices({batch, kPatches}, kPatches)),
        kept(empty(TKZ_I32, {batch, kKept})),
        count(empty(TKZ_I32, {batch})),
        targets(empty(TKZ_I32, {batch, kTargets})),
        penalised(empty(TKZ_F32, {batch, kPatches})),
        correlation(random(TKZ_F32, {batch, kRemoved, kSurvivors}, 2)),
        chosen(empty(TKZ_I32, {batch, kRemoved, 2})),
        chosen_count(empty(TKZ_I32, {batch, kRemoved})),
        top{sizeof top, 0, kKept},
        stride{sizeof stride, 0, kLeft},
        quantile{sizeof quantile, 0, 0.998},
        penalty{sizeof penalty, 2.0f, 24, 24, 2, 2},
        non_finite(flags(batch)) {}
};

struct Video : Problem {
  tkz_tensor scores, kept;
  tkz_top_k_params top;
  int32_t* non_finite;

  Video(tkz_ctx*, tkz_dtype, int64_t batch)
      : scores(random(TKZ_F32, {batch, kVideo}, 3)),
        kept(empty(TKZ_I32, {batch, kKeptOfVideo})),
        top{sizeof top, 0, kKeptOfVideo},
        non_finite(flags(batch)) {}
};

template <class P>
int32_t top_k(tkz_ctx* ctx, P& p) {
  return tkz_top_k(ctx, nullptr, &p.top, nullptr, &p.scores, &p.kept, nullptr, p.non_finite);
}

}  // namespace

std::vector<Case> selection_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  if (dtype != TKZ_F32) return {};
  const int64_t n = batch * kPatches, rows = batch * kRemoved;
  std::vector<Case> cases = table<Scores>(
      ctx, dtype, batch,
      {{"top_k 64 of 576", 4 * (n + batch * kKept), 0, top_k<Scores>},
       {"threshold_select N=576", 4 * (n + batch * (kKept + 1)), 0,
        [](tkz_ctx* c, Scores& p) {
          return tkz_threshold_select(c, nullptr, nullptr, &p.scores, &p.threshold, &p.kept,
                                      &p.count, p.non_finite);
        }},
       {"stride_targets 10 of 523", 4 * batch * kTargets, 0,
        [](tkz_ctx* c, Scores& p) {
          return tkz_stride_targets(c, nullptr, &p.stride, nullptr, nullptr, &p.targets);
        }},
       {"quantile_select 42 x 534", 4 * rows * (kSurvivors + 3), 0,
        [](tkz_ctx* c, Scores& p) {
          return tkz_quantile_select(c, nullptr, &p.quantile, nullptr, &p.correlation, nullptr,
                                     &p.chosen, &p.chosen_count, p.non_finite);
        }},
       {"local_penalty 24 x 24", 12 * n, n, [](tkz_ctx* c, Scores& p) {
          return tkz_local_penalty(c, nullptr, &p.penalty, nullptr, &p.scores, &p.position,
                                   &p.penalised, p.non_finite);
        }}});
  append(cases, table<Video>(ctx, dtype, batch,
                             {{"top_k 2048 of 36864", 4 * batch * (kVideo + kKeptOfVideo), 0,
                               top_k<Video>}}));
  return cases;
}

}  // namespace bench
