// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

/// Everything that one budget needs.
struct Budget : Problem {
  tkz_tensor query, keys, tokens, logits, key_mean, patch_scores, out;
  tkz_visionzip_params params;
  tkz_visionzip_counts counts;
  tkz_visionzip_selection selection;
  size_t workspace_bytes;
  void* workspace;

  Budget(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, tkz_visionzip_params budget)
      : query(random(dtype, {batch, kHeads, kHeadDim}, 1)),
        keys(random(dtype, {batch, kHeads, kTokens, kHeadDim}, 2)),
        tokens(random(dtype, {batch, kTokens, kWidth}, 3)),
        logits(empty(TKZ_F32, {batch, kHeads, kTokens})),
        key_mean(empty(TKZ_F32, {batch, kTokens, kHeadDim})),
        patch_scores(random(TKZ_F32, {batch, kPatches}, 4)),
        params(budget) {
    // As a tower leaves them: [B,S,H,d] in memory, seen as [B,H,S,d].
    keys.stride[1] = kHeadDim;
    keys.stride[2] = kHeads * kHeadDim;
    check(tkz_visionzip_count(&params, kTokens, &counts));
    check(tkz_visionzip_workspace(&params, batch, kHeads, kTokens, kHeadDim, &workspace_bytes));
    workspace = bytes(workspace_bytes);
    out = empty(dtype, {batch, counts.out, kWidth});
    const auto list = [&](int64_t count) { return flags(batch * count); };
    selection.size = sizeof selection;
    selection.dominant = list(counts.dominant);
    selection.target = list(counts.target);
    selection.merged = list(counts.merged);
    selection.assign = list(counts.merged);
    selection.member_offset = list(counts.target + 1);
    selection.member = list(counts.merged);
    selection.scores = static_cast<float*>(empty(TKZ_F32, {batch, kPatches}).data);
    selection.non_finite = list(1);
    check(whole(ctx, *this));
    check(score(ctx, *this));
  }

  static int32_t score(tkz_ctx* ctx, Budget& p) {
    return tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &p.query, &p.keys, p.params.scale,
                                   &p.logits, &p.key_mean);
  }

  static int32_t select(tkz_ctx* ctx, Budget& p) {
    return tkz_visionzip_select_logits(ctx, nullptr, &p.params, nullptr, &p.logits, &p.key_mean,
                                       &p.selection);
  }

  static int32_t select_scores(tkz_ctx* ctx, Budget& p) {
    return tkz_visionzip_select_scores(ctx, nullptr, &p.params, nullptr, &p.patch_scores,
                                       &p.key_mean, &p.selection);
  }

  static int32_t merge(tkz_ctx* ctx, Budget& p) {
    return tkz_visionzip_merge(ctx, nullptr, &p.params, nullptr, &p.tokens, &p.selection, &p.out);
  }

  static int32_t whole(tkz_ctx* ctx, Budget& p) {
    return tkz_visionzip(ctx, nullptr, &p.params, nullptr, &p.query, &p.keys, &p.tokens,
                         &p.selection, &p.out, p.workspace, p.workspace_bytes);
  }
};

}  // namespace

std::vector<Case> visionzip_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  std::vector<Case> cases;
  const int64_t e = size_of(dtype), n = batch * kTokens;
  for (const int64_t contextual : {10, 30}) {
    const int64_t dominant = contextual == 10 ? 54 : 162;
    const tkz_visionzip_params budget = {sizeof budget,        1,     dominant, contextual,
                                         TKZ_TARGET_PLUS_MEAN, 0.125f};
    tkz_visionzip_counts counts;
    check(tkz_visionzip_count(&budget, kTokens, &counts));
    const int64_t keys = n * kHeads * kHeadDim, tokens = n * kWidth;
    const int64_t scored = n * (kHeads + kHeadDim) * 4;
    const int64_t products = 2 * batch * counts.merged * counts.target * kHeadDim;
    const int64_t merged = (tokens + batch * counts.out * kWidth) * e;
    std::vector<Case> of_budget = table<Budget>(
        ctx, dtype, batch,
        {{"cls_logits_key_mean", keys * e + scored, 3 * keys, Budget::score},
         {"visionzip_select_logits", scored, products, Budget::select},
         {"visionzip_select_scores", n * (1 + kHeadDim) * 4, products, Budget::select_scores},
         {"visionzip_merge", merged, tokens, Budget::merge},
         {"visionzip", keys * e + merged, 3 * keys + products + tokens, Budget::whole}},
        budget);
    for (Case& c : of_budget) {
      c.name += " " + std::to_string(dominant) + "+" + std::to_string(contextual);
    }
    append(cases, std::move(of_budget));
  }
  return cases;
}

}  // namespace bench
