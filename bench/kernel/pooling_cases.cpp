// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kGrid = 24, kProjection = 768;

/// Videos, and the text that says what matters in them.
struct Videos : Problem {
  tkz_tensor tokens, features, text, scores, weight, out;
  tkz_relevance_params relevance;
  tkz_prompt_pool_params pool;
  int32_t* non_finite;

  Videos(tkz_ctx*, tkz_dtype dtype, int64_t batch, int64_t frames, int64_t width)
      : tokens(random(dtype, {batch, frames, kGrid, kGrid, width}, 1)),
        features(random(dtype, {batch, frames * kPatches, kProjection}, 2)),
        text(random(dtype, {batch, kProjection}, 3)),
        scores(filled(0, {batch, frames * kPatches})),
        weight(contiguous(scores.data, TKZ_F32, {batch, frames, kGrid, kGrid})),
        out(empty(dtype, {batch, frames / 2, kGrid / 3, kGrid / 3, width})),
        relevance{sizeof relevance, 1, 100.0f},
        pool{sizeof pool, 0.01f, {2, 3, 3}, {2, 3, 3}, {0, 0, 0}},
        non_finite(flags(batch)) {}
};

}  // namespace

std::vector<Case> pooling_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  std::vector<Case> cases;
  const int64_t e = size_of(dtype);
  for (const int64_t frames : {8, 16}) {
    if (frames == 16 && batch > 1) continue;
    const int64_t width = frames == 8 ? kWidth : kModelWidth, n = batch * frames * kPatches;
    std::vector<Case> of_width =
        table<Videos>(ctx, dtype, batch,
                      {{"relevance P=768", n * (kProjection * e + 4), 4 * n * kProjection,
                        [](tkz_ctx* c, Videos& p) {
                          return tkz_relevance(c, nullptr, &p.relevance, nullptr, &p.features,
                                               &p.text, &p.scores, p.non_finite);
                        }},
                       {"prompt_pool_3d 2 x 3 x 3", (n + n / 18) * width * e + n * 4, 2 * n * width,
                        [](tkz_ctx* c, Videos& p) {
                          return tkz_prompt_pool_3d(c, nullptr, &p.pool, nullptr, &p.tokens,
                                                    &p.weight, &p.out, p.non_finite);
                        }}},
                      frames, width);
    for (Case& c : of_width) {
      c.name += " T=" + std::to_string(frames) + " D=" + std::to_string(width);
    }
    append(cases, std::move(of_width));
  }
  return cases;
}

}  // namespace bench
