// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

/// A layer of CLIP-L/336 that has all its patches.
struct Layer : Problem {
  tkz_tensor query, keys, tokens, cells, lse, seen, special, out;
  tkz_ficoco_v_params params;
  tkz_ficoco_v_step step;
  size_t workspace_bytes;
  void* workspace;

  Layer(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, int32_t preset)
      : query(random(dtype, {batch, kHeads, kTokens, kHeadDim}, 1)),
        keys(random(dtype, {batch, kHeads, kTokens, kHeadDim}, 2)),
        tokens(random(dtype, {batch, kTokens, kWidth}, 3)),
        cells(indices({batch, kPatches}, kPatches)),
        lse(empty(TKZ_F32, {batch, kHeads, kTokens})),
        seen(random(TKZ_F32, {batch, kPatches}, 4)),
        special(random(TKZ_F32, {batch, kPatches}, 5)),
        out(empty(dtype, {batch, kTokens - kRemoved, kWidth})),
        params({sizeof params, preset, 1, 0.125f, 0.35, 0.998, kRemoved, kListed, 2.0f, kGrid,
                kGrid, 2, 2, 0}) {
    // As a tower leaves them: [B,S,H,d] in memory, seen as [B,H,S,d].
    for (tkz_tensor* projected : {&query, &keys}) {
      projected->stride[1] = kHeadDim;
      projected->stride[2] = kHeads * kHeadDim;
    }
    check(tkz_row_lse(ctx, nullptr, nullptr, params.scale, &query, &keys, &lse));
    check(tkz_ficoco_v_workspace(&params, batch, kHeads, kTokens, kHeadDim, &workspace_bytes));
    workspace = bytes(workspace_bytes);
    const auto list = [&](int64_t count) { return flags(batch * count); };
    step = {sizeof step,
            static_cast<float*>(empty(TKZ_F32, {batch, kPatches}).data),
            list(kRemoved),
            list(kSurvivors),
            list(kSurvivors),
            list(kRemoved * kListed),
            static_cast<float*>(empty(TKZ_F32, {batch, kRemoved, kListed}).data),
            list(kRemoved),
            list(1)};
  }

  static int32_t reduce(tkz_ctx* ctx, Layer& p) {
    const bool paper = p.params.preset == TKZ_FICOCO_PAPER;
    return tkz_ficoco_v_layer(ctx, nullptr, &p.params, nullptr, &p.query, &p.keys, &p.tokens,
                              &p.cells, paper ? &p.lse : nullptr, paper ? &p.seen : nullptr,
                              paper ? &p.special : nullptr, &p.step, &p.out, p.workspace,
                              p.workspace_bytes);
  }

 private:
  static constexpr int64_t kListed = 2;
  static constexpr int32_t kGrid = 24;
};

}  // namespace

std::vector<Case> ficoco_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  const int64_t e = size_of(dtype), rows = batch * kTokens;
  const int64_t left = batch * (kTokens - kRemoved) * kWidth;
  const int64_t bytes = (3 * rows * kWidth + left) * e;  // queries, keys, tokens, what is left
  const int64_t correlations = 2 * batch * kRemoved * kSurvivors * kWidth;
  std::vector<Case> cases = table<Layer>(
      ctx, dtype, batch,
      {{"ficoco_v_layer released", bytes, correlations + 5 * rows * kWidth, Layer::reduce}},
      int32_t{TKZ_FICOCO_RELEASED});
  append(cases, table<Layer>(ctx, dtype, batch,
                             {{"ficoco_v_layer paper", bytes + rows * kHeads * 4, correlations,
                               Layer::reduce}},
                             int32_t{TKZ_FICOCO_PAPER}));
  return cases;
}

}  // namespace bench
