// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

/// Queries and keys [B,H,S,d] that lie [B,S,H,d] in memory, as a tower leaves them.
struct Layer : Problem {
  tkz_tensor query, keys, lse, scores, rows, out;
  tkz_attention_received_params received;
  tkz_head_mean_params mean;
  int32_t* non_finite;
  size_t received_bytes, mean_bytes;
  void *received_workspace, *mean_workspace;

  Layer(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, int64_t tokens, int64_t dim)
      : query(projected(dtype, batch, tokens, dim, 1)),
        keys(projected(dtype, batch, tokens, dim, 2)),
        lse(empty(TKZ_F32, {batch, kHeads, tokens})),
        scores(empty(TKZ_F32, {batch, tokens})),
        rows(indices({batch, kRemoved}, kRemoved, 13)),
        out(empty(TKZ_F32, {batch, kRemoved, tokens})),
        received{sizeof received, 0.125f, 0, -1, 0, -1, 0, 0},
        mean{sizeof mean, 0.125f},
        non_finite(flags(batch)) {
    check(tkz_attention_received_workspace(ctx, &received, batch, kHeads, tokens, dim,
                                           &received_bytes));
    check(tkz_head_mean_probabilities_workspace(&mean, batch, kHeads, kRemoved, &mean_bytes));
    received_workspace = bytes(received_bytes);
    mean_workspace = bytes(mean_bytes);
  }

 private:
  tkz_tensor projected(tkz_dtype dtype, int64_t batch, int64_t tokens, int64_t dim, uint32_t seed) {
    tkz_tensor t = random(dtype, {batch, kHeads, tokens, dim}, seed);
    t.stride[1] = dim;
    t.stride[2] = kHeads * dim;
    return t;
  }
};

}  // namespace

std::vector<Case> attention_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  const int64_t e = size_of(dtype);
  const int64_t width = batch * kHeads * kHeadDim, products = width * kTokens * kRemoved;
  const int64_t moved = width * (kTokens + kRemoved) * e + batch * kRemoved * (kTokens + 1) * 4;
  std::vector<Case> cases =
      table<Layer>(ctx, dtype, batch,
                   {{"head_mean_logits 42 of 577", moved, 2 * products,
                     [](tkz_ctx* c, Layer& p) {
                       return tkz_head_mean_logits(c, nullptr, &p.mean, nullptr, &p.query, &p.keys,
                                                   &p.rows, nullptr, &p.out);
                     }},
                    {"head_mean_probabilities 42 of 577", moved, 4 * products,
                     [](tkz_ctx* c, Layer& p) {
                       return tkz_head_mean_probabilities(c, nullptr, &p.mean, nullptr, &p.query,
                                                          &p.keys, nullptr, &p.rows, &p.out,
                                                          p.mean_workspace, p.mean_bytes);
                     }}},
                   kTokens, kHeadDim);
  if (batch > 8) return cases;  // 64 pictures of SigLIP: 160 GFLOP a call
  constexpr int64_t tokens = 729, dim = 72;
  const int64_t rows = batch * kHeads * tokens, values = rows * dim;
  append(cases, table<Layer>(
                    ctx, dtype, batch,
                    {{"row_lse S=729 d=72", 2 * values * e + rows * 4, 2 * values * tokens,
                      [](tkz_ctx* c, Layer& p) {
                        return tkz_row_lse(c, nullptr, nullptr, 0.125f, &p.query, &p.keys, &p.lse);
                      }},
                     {"attention_received S=729 d=72", 2 * values * e + batch * tokens * 4,
                      4 * values * tokens + 10 * rows * tokens,
                      [](tkz_ctx* c, Layer& p) {
                        return tkz_attention_received(c, nullptr, &p.received, nullptr, &p.query,
                                                      &p.keys, nullptr, &p.scores, p.non_finite,
                                                      p.received_workspace, p.received_bytes);
                      }}},
                    tokens, dim));
  return cases;
}

}  // namespace bench
