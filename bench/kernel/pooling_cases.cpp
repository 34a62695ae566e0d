// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cases.h"
#include "memory.h"

namespace bench {
namespace {

constexpr int64_t kGrid = 24, kProjection = 768;

struct Pooling {
  Memory tokens, features, text, weight, out;
  tkz_tensor tokens_t, features_t, text_t, scores_t, weight_t, out_t;
  tkz_relevance_params relevance;
  tkz_prompt_pool_params pool;

  Pooling(tkz_dtype dtype, int64_t frames, int64_t width)
      : tokens(random_values(frames * kGrid * kGrid * width, dtype, 1)),
        features(random_values(frames * kGrid * kGrid * kProjection, dtype, 2)),
        text(random_values(kProjection, dtype, 3)),
        weight(allocate(frames * kGrid * kGrid * 4)),
        out(nullptr, &free) {
    relevance = {sizeof relevance, 1, 100.0f};
    pool = {sizeof pool, 0.01f, {2, 3, 3}, {2, 3, 3}, {0, 0, 0}};
    const int64_t extent[3] = {frames, kGrid, kGrid};
    check(tkz_pool_size(extent, &pool));
    const int64_t* o = pool.output;
    out = allocate(o[0] * o[1] * o[2] * width * size_of(dtype));
    tokens_t = contiguous(tokens.get(), dtype, {1, frames, kGrid, kGrid, width});
    features_t = contiguous(features.get(), dtype, {1, frames * kGrid * kGrid, kProjection});
    text_t = contiguous(text.get(), dtype, {1, kProjection});
    scores_t = contiguous(weight.get(), TKZ_F32, {1, frames * kGrid * kGrid});
    weight_t = contiguous(weight.get(), TKZ_F32, {1, frames, kGrid, kGrid});
    out_t = contiguous(out.get(), dtype, {1, o[0], o[1], o[2], width});
  }
};

}  // namespace

std::vector<Case> pooling_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t frames, int64_t width) {
  const auto p = std::make_shared<Pooling>(dtype, frames, width);
  char suffix[64];
  snprintf(suffix, sizeof suffix, " %s T=%lld D=%lld", name_of(dtype),
           static_cast<long long>(frames), static_cast<long long>(width));
  const int64_t positions = frames * kGrid * kGrid;
  const int64_t pooled = p->pool.output[0] * p->pool.output[1] * p->pool.output[2];
  const auto score = [=] {
    check(tkz_relevance(ctx, nullptr, &p->relevance, nullptr, &p->features_t, &p->text_t,
                        &p->scores_t, nullptr));
  };
  const auto pool = [=] {
    check(tkz_prompt_pool_3d(ctx, nullptr, &p->pool, nullptr, &p->tokens_t, &p->weight_t, &p->out_t,
                             nullptr));
  };
  score();
  return {
      {std::string("relevance") + suffix, positions * (kProjection * size_of(dtype) + 4),
       4 * positions * kProjection, score},
      {std::string("prompt_pool_3d") + suffix,
       (positions + pooled) * width * size_of(dtype) + positions * 4, 2 * positions * width, pool},
  };
}

}  // namespace bench
