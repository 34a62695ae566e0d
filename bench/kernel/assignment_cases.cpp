// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cases.h"
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kTokens = 576, kNeighbours = 8;

/// Tokens of one width, and room for whatever is asked of them.
struct Tokens : Problem {
  tkz_tensor all, even, odd, index, best, matrix, mean, neighbour, similarity;
  tkz_cosine_params cosine;
  tkz_top_neighbours_params top;
  int32_t* non_finite;
  size_t workspace_bytes;
  void* workspace;

  Tokens(tkz_dtype dtype, int64_t batch, int64_t dim)
      : all(random(dtype, {batch, kTokens, dim}, 1)),
        even(all),
        odd(all),
        index(empty(TKZ_I32, {batch, kTokens / 2})),
        best(empty(TKZ_F32, {batch, kTokens / 2})),
        matrix(empty(TKZ_F32, {batch, kTokens, kTokens})),
        mean(empty(TKZ_F32, {batch, kTokens})),
        neighbour(empty(TKZ_I32, {batch, kTokens, kNeighbours})),
        similarity(empty(TKZ_F32, {batch, kTokens, kNeighbours})),
        cosine{sizeof cosine, 0},
        top{sizeof top, 0, kNeighbours, 1},
        non_finite(flags(batch)) {
    for (tkz_tensor* half : {&even, &odd}) {
      half->shape[1] /= 2;
      half->stride[1] *= 2;
    }
    odd.data = static_cast<char*>(odd.data) + dim * size_of(dtype);
    check(tkz_cosine_workspace(batch, batch * kTokens, batch * kTokens, dim, &workspace_bytes));
    workspace = bytes(workspace_bytes);
  }
};

}  // namespace

std::vector<Case> assignment_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  std::vector<Case> cases;
  const int64_t e = size_of(dtype), n = batch * kTokens;
  constexpr int64_t metric = 64, width = 4096;
  const auto keys = lazily<Tokens>(dtype, batch, metric);
  cases.push_back({title("cosine_assign", dtype, batch), n * metric * e + n / 2 * 8,
                   2 * (n / 2) * (kTokens / 2) * metric, [=] {
                     Tokens* p = keys();
                     check(tkz_cosine_assign(ctx, nullptr, &p->cosine, nullptr, &p->even, nullptr,
                                             &p->odd, nullptr, &p->index, &p->best, p->non_finite,
                                             p->workspace, p->workspace_bytes));
                   }});
  cases.push_back({title("top_neighbours", dtype, batch), n * (metric * e + 8 * kNeighbours),
                   2 * n * kTokens * metric, [=] {
                     Tokens* p = keys();
                     check(tkz_top_neighbours(ctx, nullptr, &p->top, nullptr, &p->all, nullptr,
                                              &p->neighbour, &p->similarity, p->non_finite,
                                              p->workspace, p->workspace_bytes));
                   }});
  if (batch > 8) return cases;  // 64 pictures: 174 GFLOP a call, 600 MB of tokens
  const auto tokens = lazily<Tokens>(dtype, batch, width);
  cases.push_back({title("cosine_matrix", dtype, batch), n * (width * e + kTokens * 4),
                   2 * n * kTokens * width, [=] {
                     Tokens* p = tokens();
                     check(tkz_cosine_matrix(ctx, nullptr, &p->cosine, nullptr, &p->all, &p->matrix,
                                             p->non_finite, p->workspace, p->workspace_bytes));
                   }});
  cases.push_back({title("mean_cosine", dtype, batch), n * (width * e + 4), 4 * n * width, [=] {
                     Tokens* p = tokens();
                     check(tkz_mean_cosine(ctx, nullptr, nullptr, &p->all, &p->mean, p->non_finite,
                                           p->workspace, p->workspace_bytes));
                   }});
  return cases;
}

}  // namespace bench
