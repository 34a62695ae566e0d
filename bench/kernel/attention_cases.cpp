// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cases.h"
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kHeads = 16, kDiscarded = 42;

/// Queries and keys [B,H,S,d] that lie [B,S,H,d] in memory, as a tower leaves them.
struct Layer : Problem {
  tkz_tensor query, keys, lse, scores, rows, out;
  tkz_attention_received_params received;
  tkz_head_mean_params mean;
  int32_t* non_finite;
  size_t received_bytes, mean_bytes;
  void *received_workspace, *mean_workspace;

  Layer(const tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, int64_t tokens, int64_t dim)
      : query(projected(dtype, batch, tokens, dim, 1)),
        keys(projected(dtype, batch, tokens, dim, 2)),
        lse(empty(TKZ_F32, {batch, kHeads, tokens})),
        scores(empty(TKZ_F32, {batch, tokens})),
        rows(indices({batch, kDiscarded}, kDiscarded, 13)),
        out(empty(TKZ_F32, {batch, kDiscarded, tokens})),
        received{sizeof received, 0.125f, 0, -1, 0, -1, 0, 0},
        mean{sizeof mean, 0.125f},
        non_finite(flags(batch)) {
    check(tkz_attention_received_workspace(ctx, &received, batch, kHeads, tokens, dim,
                                           &received_bytes));
    check(tkz_head_mean_probabilities_workspace(&mean, batch, kHeads, kDiscarded, &mean_bytes));
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
  std::vector<Case> cases;
  const int64_t e = size_of(dtype);
  if (batch <= 8) {  // 64 pictures: 160 GFLOP a call
    constexpr int64_t tokens = 729, dim = 72;
    const auto layer = lazily<Layer>(ctx, dtype, batch, tokens, dim);
    const int64_t elements = batch * kHeads * tokens * dim;
    cases.push_back(
        {title("row_lse", dtype, batch), 2 * elements * e + batch * kHeads * tokens * 4,
         2 * elements * tokens, [=] {
           Layer* p = layer();
           check(tkz_row_lse(ctx, nullptr, nullptr, 0.125f, &p->query, &p->keys, &p->lse));
         }});
    cases.push_back({title("attention_received", dtype, batch),
                     2 * elements * e + batch * tokens * 4, 4 * elements * tokens, [=] {
                       Layer* p = layer();
                       check(tkz_attention_received(ctx, nullptr, &p->received, nullptr, &p->query,
                                                    &p->keys, nullptr, &p->scores, p->non_finite,
                                                    p->received_workspace, p->received_bytes));
                     }});
  }
  constexpr int64_t tokens = 577, dim = 64;
  const auto layer = lazily<Layer>(ctx, dtype, batch, tokens, dim);
  const int64_t width = batch * kHeads * dim, products = width * tokens * kDiscarded;
  const int64_t moved = width * (tokens + kDiscarded) * e + batch * kDiscarded * (tokens + 1) * 4;
  cases.push_back({title("head_mean_logits", dtype, batch), moved, 2 * products, [=] {
                     Layer* p = layer();
                     check(tkz_head_mean_logits(ctx, nullptr, &p->mean, nullptr, &p->query,
                                                &p->keys, &p->rows, nullptr, &p->out));
                   }});
  cases.push_back({title("head_mean_probabilities", dtype, batch), moved, 4 * products, [=] {
                     Layer* p = layer();
                     check(tkz_head_mean_probabilities(ctx, nullptr, &p->mean, nullptr, &p->query,
                                                       &p->keys, nullptr, &p->rows, &p->out,
                                                       p->mean_workspace, p->mean_bytes));
                   }});
  return cases;
}

}  // namespace bench
