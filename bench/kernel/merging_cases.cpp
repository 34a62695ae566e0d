// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

constexpr int64_t kKept = 64, kTargets = 10, kMerged = 513;
constexpr int64_t kPairs = 23, kHalf = 288;  // ToMe: merges of a layer, and one side of the pairs

/// Tokens of one width, every merge's parts as rows of them, and room for its result.
struct Tokens : Problem {
  tkz_tensor tokens, newline, kept, plan, weight, out;
  tkz_tensor target, source, assign, half, pairs, pair_assign, half_size, pair_size, out_size;
  tkz_tensor survivors, removed, share_index, share, few, half_out, survivors_out, one;
  tkz_merge_params mode;
  size_t workspace_bytes;
  void* workspace;

  Tokens(tkz_ctx*, tkz_dtype dtype, int64_t batch, int64_t width)
      : tokens(random(dtype, {batch, kTokens, width}, 1)),
        newline(random(dtype, {1, 1, width}, 2)),
        kept(indices({batch, kKept}, kKept, 9)),
        plan(empty(TKZ_I32, {batch, kKept + 1, 2})),
        weight(filled(1.0f / kPatches, {batch, kPatches})),
        out(empty(dtype, {batch, kKept + 1, width})),
        target(rows_of(tokens, 0, kTargets)),
        source(rows_of(tokens, kTokens - kMerged, kMerged)),
        assign(indices({batch, kMerged}, kTargets)),
        half(rows_of(tokens, 0, kHalf)),
        pairs(rows_of(tokens, kHalf, kPairs)),
        pair_assign(indices({batch, kPairs}, kPairs, 12)),
        half_size(filled(1, {batch, kHalf})),
        pair_size(filled(2, {batch, kPairs})),
        out_size(empty(TKZ_F32, {batch, kHalf})),
        survivors(rows_of(tokens, 1, kSurvivors)),
        removed(rows_of(tokens, 1 + kSurvivors, kRemoved)),
        share_index(indices({batch, kRemoved, 2}, 2 * kRemoved, 6)),
        share(filled(0.5f, {batch, kRemoved, 2})),
        few(empty(dtype, {batch, kTargets, width})),
        half_out(empty(dtype, {batch, kHalf, width})),
        survivors_out(empty(dtype, {batch, kSurvivors, width})),
        one(empty(dtype, {batch, 1, width})),
        mode{sizeof mode, TKZ_TARGET_PLUS_MEAN} {
    int32_t* entry = static_cast<int32_t*>(plan.data);
    for (int64_t i = 0; i < batch * (kKept + 1); i++) {  // 64 rows, then a newline
      const int32_t row = static_cast<int32_t>(i % (kKept + 1));
      *entry++ = row == kKept;
      *entry++ = row == kKept ? 0 : 9 * row;
    }
    check(tkz_merge_workspace(batch, kTokens, kTokens, &workspace_bytes));
    workspace = bytes(workspace_bytes);
  }

  tkz_tensor first(int64_t rows) const { return rows_of(out, 0, rows); }
};

}  // namespace

std::vector<Case> merging_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  std::vector<Case> cases;
  for (const int64_t width : {kWidth, kModelWidth}) {
    if (width == kModelWidth && batch > 8) continue;
    const int64_t values = batch * width, bytes = values * size_of(dtype);
    std::vector<Case> of_width = table<Tokens>(
        ctx, dtype, batch,
        {{"gather 64 of 577", 2 * bytes * kKept + 4 * batch * kKept, 0,
          [](tkz_ctx* c, Tokens& p) {
            tkz_tensor out = p.first(kKept);
            return tkz_gather(c, nullptr, nullptr, &p.tokens, &p.kept, &out);
          }},
         {"layout 64 + newline", 2 * bytes * (kKept + 1) + 8 * batch * (kKept + 1), 0,
          [](tkz_ctx* c, Tokens& p) {
            const tkz_tensor* pieces[] = {&p.tokens, &p.newline};
            return tkz_layout(c, nullptr, nullptr, pieces, 2, &p.plan, &p.out);
          }},
         {"weighted_sum n=576", bytes * (kPatches + 1) + 4 * batch * kPatches,
          2 * values * kPatches,
          [](tkz_ctx* c, Tokens& p) {
            const tkz_tensor patches = rows_of(p.tokens, 1, kPatches);
            return tkz_weighted_sum(c, nullptr, nullptr, &patches, &p.weight, nullptr, &p.one);
          }},
         {"target_mean_merge 513 to 10", bytes * (kMerged + 2 * kTargets) + 4 * batch * kMerged,
          values * (kMerged + 2 * kTargets),
          [](tkz_ctx* c, Tokens& p) {
            return tkz_target_mean_merge(c, nullptr, &p.mode, nullptr, &p.target, &p.source,
                                         &p.assign, &p.few, p.workspace, p.workspace_bytes);
          }},
         {"size_weighted_merge 23 to 288", bytes * (kPairs + 2 * kHalf),
          2 * values * (kPairs + kHalf),
          [](tkz_ctx* c, Tokens& p) {
            return tkz_size_weighted_merge(c, nullptr, nullptr, &p.half, &p.half_size, &p.pairs,
                                           &p.pair_size, &p.pair_assign, &p.half_out, &p.out_size,
                                           p.workspace, p.workspace_bytes);
          }},
         {"self_preserving_merge 42 to 534",
          bytes * (kRemoved + 2 * kSurvivors) + 8 * batch * 2 * kRemoved,
          2 * values * (2 * kRemoved + kSurvivors),
          [](tkz_ctx* c, Tokens& p) {
            return tkz_self_preserving_merge(c, nullptr, nullptr, &p.survivors, &p.removed,
                                             &p.share_index, &p.share, &p.survivors_out,
                                             p.workspace, p.workspace_bytes);
          }},
         {"scatter_add 513 to 10", bytes * (kMerged + kTargets) + 4 * batch * kMerged,
          values * kMerged,
          [](tkz_ctx* c, Tokens& p) {
            return tkz_scatter_add(c, nullptr, nullptr, &p.source, &p.assign, nullptr, &p.few,
                                   p.workspace, p.workspace_bytes);
          }}},
        width);
    for (Case& c : of_width) c.name += " D=" + std::to_string(width);
    append(cases, std::move(of_width));
  }
  return cases;
}

}  // namespace bench
