// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kPicks = 64;

/// Cosines of random tokens, and room for what is picked by them.
struct Similarities : Problem {
  tkz_tensor matrix, relevance, weight, picks;
  tkz_greedy_max_min_params max_min;
  tkz_greedy_dpp_params dpp;
  size_t max_min_bytes, dpp_bytes;
  void *max_min_workspace, *dpp_workspace;
  int32_t* non_finite;

  Similarities(tkz_ctx* ctx, tkz_dtype, int64_t batch)
      : matrix(empty(TKZ_F32, {batch, kPatches, kPatches})),
        relevance(random(TKZ_F32, {batch, kPatches}, 1)),
        weight(empty(TKZ_F32, {batch, kPatches})),
        picks(empty(TKZ_I32, {batch, kPicks})),
        max_min{sizeof max_min, TKZ_SIMILARITY, 0, 0, kPicks},
        dpp{sizeof dpp, 0, kPicks},
        non_finite(flags(batch)) {
    const tkz_tensor tokens = random(TKZ_F32, {batch, kPatches, kHeadDim}, 2);
    const tkz_cosine_params cosine = {sizeof cosine, 0};
    size_t cosine_bytes;
    check(tkz_cosine_workspace(batch, batch * kPatches, 0, kHeadDim, &cosine_bytes));
    check(tkz_cosine_matrix(ctx, nullptr, &cosine, nullptr, &tokens, &matrix, non_finite,
                            bytes(cosine_bytes), cosine_bytes));
    check(tkz_min_max_relevance(ctx, nullptr, nullptr, &relevance, &weight));
    check(tkz_greedy_max_min_workspace(batch, kPatches, &max_min_bytes));
    check(tkz_greedy_dpp_workspace(&dpp, batch, kPatches, &dpp_bytes));
    max_min_workspace = bytes(max_min_bytes);
    dpp_workspace = bytes(dpp_bytes);
  }
};

}  // namespace

std::vector<Case> diversity_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  if (dtype != TKZ_F32) return {};
  const int64_t n = batch * kPatches;
  return table<Similarities>(
      ctx, dtype, batch,
      {// Every pair decides the first pick.
       {"greedy_max_min 64 of 576", 4 * n * kPatches, n * kPicks,
        [](tkz_ctx* c, Similarities& p) {
          return tkz_greedy_max_min(c, nullptr, &p.max_min, nullptr, &p.matrix, &p.picks,
                                    p.non_finite, p.max_min_workspace, p.max_min_bytes);
        }},
       {"greedy_dpp 64 of 576", 4 * n * kPicks, n * kPicks * (kPicks + 3),
        [](tkz_ctx* c, Similarities& p) {
          return tkz_greedy_dpp(c, nullptr, &p.dpp, nullptr, &p.matrix, &p.weight, &p.picks,
                                p.non_finite, p.dpp_workspace, p.dpp_bytes);
        }},
       {"min_max_relevance N=576", 8 * n, 3 * n, [](tkz_ctx* c, Similarities& p) {
          return tkz_min_max_relevance(c, nullptr, nullptr, &p.relevance, &p.weight);
        }}});
}

}  // namespace bench
