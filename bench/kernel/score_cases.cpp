// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

namespace bench {
namespace {

// Of a prompt: a picture and 64 other tokens.
constexpr int64_t kPrompt = kPatches + 64;

/// A query and keys [B,H,S,d] that lie [B,S,H,d] in memory, as a projection leaves them.
struct Layer : Problem {
  tkz_tensor query, keys, scores, key_mean;
  tkz_attention_row_params row;
  size_t row_bytes;
  void* row_workspace;
  int32_t* non_finite;

  Layer(tkz_ctx*, tkz_dtype dtype, int64_t batch, int64_t heads, int64_t tokens, int64_t dim)
      : query(random(dtype, {batch, heads, dim}, 1)),
        keys(random(dtype, {batch, heads, tokens, dim}, 2)),
        scores(empty(TKZ_F32, {batch, tokens})),
        key_mean(empty(TKZ_F32, {batch, tokens, dim})),
        row{sizeof row, TKZ_HEADS_MEAN, 0.125f},
        non_finite(flags(batch)) {
    keys.stride[1] = dim;
    keys.stride[2] = heads * dim;
    check(tkz_attention_row_workspace(&row, batch, heads, tokens, &row_bytes));
    row_workspace = bytes(row_bytes);
  }
};

int32_t attention_row(tkz_ctx* ctx, Layer& p) {
  return tkz_attention_row(ctx, nullptr, &p.row, nullptr, &p.query, &p.keys, &p.scores,
                           p.non_finite, p.row_workspace, p.row_bytes);
}

/// What eager attention leaves behind; normal numbers do for probabilities.
struct Map : Problem {
  tkz_tensor map, scores, mean;

  Map(tkz_ctx*, tkz_dtype dtype, int64_t batch)
      : map(random(dtype, {batch, kHeads, kTokens, kTokens}, 3)),
        scores(empty(TKZ_F32, {batch, kTokens})),
        mean(empty(TKZ_F32, {batch, kTokens, kTokens})) {}
};

}  // namespace

std::vector<Case> score_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch) {
  const int64_t e = size_of(dtype), n = batch * kTokens;
  const int64_t key_values = n * kHeads * kHeadDim;
  std::vector<Case> cases =
      table<Layer>(ctx, dtype, batch,
                   {{"attention_row H=16 S=577", key_values * e + n * 4,
                     2 * key_values + 5 * n * kHeads, attention_row},
                    {"head_mean_keys H=16 S=577", key_values * e + n * kHeadDim * 4, key_values,
                     [](tkz_ctx* c, Layer& p) {
                       return tkz_head_mean_keys(c, nullptr, nullptr, &p.keys, &p.key_mean);
                     }}},
                   kHeads, kTokens, kHeadDim);
  if (batch <= 8) {  // 64 prompts: 670 MB of keys
    const int64_t values = batch * kModelHeads * kPrompt * kModelHeadDim;
    append(cases, table<Layer>(ctx, dtype, batch,
                               {{"attention_row H=32 S=640", values * e + batch * kPrompt * 4,
                                 2 * values + 5 * batch * kModelHeads * kPrompt, attention_row}},
                               kModelHeads, kPrompt, kModelHeadDim));
  }
  const int64_t row = n * kHeads, map = row * kTokens;
  append(cases,
         table<Map>(ctx, dtype, batch,
                    {{"attention_row_from_map", row * e + n * 4, row,
                      [](tkz_ctx* c, Map& p) {
                        return tkz_attention_row_from_map(c, nullptr, nullptr, &p.map, 0,
                                                          TKZ_HEADS_SUM, &p.scores);
                      }},
                     {"attention_received_from_map", map * e + n * 4, map,
                      [](tkz_ctx* c, Map& p) {
                        return tkz_attention_received_from_map(c, nullptr, nullptr, &p.map, 0, -1,
                                                               0, -1, &p.scores);
                      }},
                     {"head_mean_map", map * e + n * kTokens * 4, map, [](tkz_ctx* c, Map& p) {
                        return tkz_head_mean_map(c, nullptr, nullptr, &p.map, &p.mean);
                      }}}));
  return cases;
}

}  // namespace bench
