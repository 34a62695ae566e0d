// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cases.h"

#include <cstdio>

#include "memory.h"

namespace bench {
namespace {

constexpr int64_t kHeads = 16, kTokens = 577, kHeadDim = 64, kWidth = 1024;

/// Everything one batch needs, allocated once.
struct Problem {
  Memory query, keys, tokens, logits, key_mean, out, lists, workspace;
  tkz_tensor query_t, keys_t, tokens_t, logits_t, key_mean_t, out_t;
  tkz_visionzip_params params;
  tkz_visionzip_counts counts;
  tkz_visionzip_selection selection;
  size_t workspace_bytes;

  Problem(tkz_dtype dtype, int64_t batch, int64_t dominant, int64_t contextual)
      : query(random_values(batch * kHeads * kHeadDim, dtype, 1)),
        keys(random_values(batch * kTokens * kHeads * kHeadDim, dtype, 2)),
        tokens(random_values(batch * kTokens * kWidth, dtype, 3)),
        logits(allocate(batch * kHeads * kTokens * 4)),
        key_mean(allocate(batch * kTokens * kHeadDim * 4)),
        out(nullptr, &free),
        lists(nullptr, &free),
        workspace(nullptr, &free) {
    params = {sizeof params, 1, dominant, contextual, TKZ_TARGET_PLUS_MEAN, 0.125f};
    check(tkz_visionzip_count(&params, kTokens, &counts));
    check(tkz_visionzip_workspace(&params, batch, kHeads, kTokens, kHeadDim, &workspace_bytes));
    workspace = allocate(static_cast<int64_t>(workspace_bytes));
    out = allocate(batch * counts.out * kWidth * size_of(dtype));
    query_t = contiguous(query.get(), dtype, {batch, kHeads, kHeadDim});
    keys_t = contiguous(keys.get(), dtype, {batch, kHeads, kTokens, kHeadDim});
    // As a tower leaves them: [B,S,H,d] in memory, seen as [B,H,S,d].
    keys_t.stride[1] = kHeadDim;
    keys_t.stride[2] = kHeads * kHeadDim;
    tokens_t = contiguous(tokens.get(), dtype, {batch, kTokens, kWidth});
    logits_t = contiguous(logits.get(), TKZ_F32, {batch, kHeads, kTokens});
    key_mean_t = contiguous(key_mean.get(), TKZ_F32, {batch, kTokens, kHeadDim});
    out_t = contiguous(out.get(), dtype, {batch, counts.out, kWidth});
    const int64_t per_image = counts.dominant + 2 * counts.target + 1 + 3 * counts.merged + kTokens;
    lists = allocate(batch * per_image * 4);
    int32_t* next = static_cast<int32_t*>(lists.get());
    const auto take = [&](int64_t count) {
      int32_t* list = next;
      next += batch * count;
      return list;
    };
    selection.size = sizeof selection;
    selection.dominant = take(counts.dominant);
    selection.target = take(counts.target);
    selection.merged = take(counts.merged);
    selection.assign = take(counts.merged);
    selection.member_offset = take(counts.target + 1);
    selection.member = take(counts.merged);
    selection.scores = reinterpret_cast<float*>(take(kTokens - 1));
    selection.non_finite = take(1);
  }
};

}  // namespace

std::vector<Case> visionzip_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, int64_t dominant,
                                  int64_t contextual) {
  const auto p = std::make_shared<Problem>(dtype, batch, dominant, contextual);
  char suffix[64];
  snprintf(suffix, sizeof suffix, " %s B=%lld %lld+%lld", name_of(dtype),
           static_cast<long long>(batch), static_cast<long long>(dominant),
           static_cast<long long>(contextual));
  const int64_t e = size_of(dtype);
  const int64_t key_bytes = batch * kTokens * kHeads * kHeadDim * e;
  const int64_t score_bytes = batch * kTokens * (kHeads + kHeadDim) * 4;
  const int64_t keys = batch * kTokens * kHeads * kHeadDim;
  const int64_t tokens = batch * kTokens * kWidth;
  const int64_t pairs = batch * p->counts.merged * p->counts.target * kHeadDim;
  const int64_t token_bytes = batch * (kTokens + p->counts.out) * kWidth * e;
  const auto score = [=] {
    check(tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &p->query_t, &p->keys_t, p->params.scale,
                                  &p->logits_t, &p->key_mean_t));
  };
  const auto select = [=] {
    check(tkz_visionzip_select_logits(ctx, nullptr, &p->params, nullptr, &p->logits_t,
                                      &p->key_mean_t, &p->selection));
  };
  const auto merge = [=] {
    check(tkz_visionzip_merge(ctx, nullptr, &p->params, nullptr, &p->tokens_t, &p->selection,
                              &p->out_t));
  };
  const auto whole = [=] {
    check(tkz_visionzip(ctx, nullptr, &p->params, nullptr, &p->query_t, &p->keys_t, &p->tokens_t,
                        &p->selection, &p->out_t, p->workspace.get(), p->workspace_bytes));
  };
  score();
  select();
  return {
      {std::string("cls_logits_key_mean") + suffix, key_bytes + score_bytes, 3 * keys, score},
      {std::string("visionzip_select_logits") + suffix, score_bytes, 2 * pairs, select},
      {std::string("visionzip_merge") + suffix, token_bytes, tokens, merge},
      {std::string("visionzip") + suffix, key_bytes + token_bytes, 3 * keys + 2 * pairs + tokens,
       whole},
  };
}

}  // namespace bench
