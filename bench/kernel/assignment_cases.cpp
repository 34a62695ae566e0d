// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kNeighbours = 8;

/// Tokens of one width, and room for whatever is asked of them.
struct Tokens : Problem {
  tkz_tensor all, even, odd, index, best, matrix, mean, neighbour, similarity;
  tkz_cosine_params cosine;
  tkz_top_neighbours_params top;
  int32_t* non_finite;
  size_t workspace_bytes;
  void* workspace;

  Tokens(tkz_ctx*, tkz_dtype dtype, int64_t batch, int64_t dim)
      : all(random(dtype, {batch, kPatches, dim}, 1)),
        even(rows_of(all, 0, kPatches / 2)),
        odd(rows_of(all, 1, kPatches / 2)),
        index(empty(TKZ_I32, {batch, kPatches / 2})),
        best(empty(TKZ_F32, {batch, kPatches / 2})),
        matrix(empty(TKZ_F32, {batch, kPatches, kPatches})),
        mean(empty(TKZ_F32, {batch, kPatches})),
        neighbour(empty(TKZ_I32, {batch, kPatches, kNeighbours})),
        similarity(empty(TKZ_F32, {batch, kPatches, kNeighbours})),
        cosine{sizeof cosine, 0},
        top{sizeof top, 0, kNeighbours, 1},
        non_finite(flags(batch)) {
    even.stride[1] *= 2;
    odd.stride[1] *= 2;
    check(tkz_cosine_workspace(batch, batch * kPatches, batch * kPatches, dim, &workspace_bytes));
    workspace = bytes(workspace_bytes);
  }
};

}  // namespace

std::vector<Case> assignment_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  const int64_t e = size_of(dtype), n = batch * kPatches;
  std::vector<Case> cases = table<Tokens>(
      ctx, dtype, batch,
      {{"cosine_assign 288 to 288 d=64", n * kHeadDim * e + n / 2 * 8,
        n / 2 * kPatches * kHeadDim + 3 * n * kHeadDim,
        [](tkz_ctx* c, Tokens& p) {
          return tkz_cosine_assign(c, nullptr, &p.cosine, nullptr, &p.even, nullptr, &p.odd,
                                   nullptr, &p.index, &p.best, p.non_finite, p.workspace,
                                   p.workspace_bytes);
        }},
       {"top_neighbours 8 of 576 d=64", n * (kHeadDim * e + 8 * kNeighbours),
        2 * n * kPatches * kHeadDim,
        [](tkz_ctx* c, Tokens& p) {
          return tkz_top_neighbours(c, nullptr, &p.top, nullptr, &p.all, nullptr, &p.neighbour,
                                    &p.similarity, p.non_finite, p.workspace, p.workspace_bytes);
        }}},
      kHeadDim);
  std::vector<Case> wide =
      table<Tokens>(ctx, dtype, batch,
                    {{"mean_cosine D=4096", n * (kModelWidth * e + 4), 4 * n * kModelWidth,
                      [](tkz_ctx* c, Tokens& p) {
                        return tkz_mean_cosine(c, nullptr, nullptr, &p.all, &p.mean, p.non_finite,
                                               p.workspace, p.workspace_bytes);
                      }},
                     {"cosine_matrix D=4096", n * (kModelWidth * e + kPatches * 4),
                      2 * n * kPatches * kModelWidth,
                      [](tkz_ctx* c, Tokens& p) {
                        return tkz_cosine_matrix(c, nullptr, &p.cosine, nullptr, &p.all, &p.matrix,
                                                 p.non_finite, p.workspace, p.workspace_bytes);
                      }}},
                    kModelWidth);
  if (batch > 8) wide.pop_back();  // 64 pictures: 174 GFLOP a call
  append(cases, std::move(wide));
  return cases;
}

}  // namespace bench
