// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "call.h"

namespace fuzz {
namespace {

constexpr Kind kF32 = Kind::kF32;
constexpr Kind kFloat = Kind::kFloat;
constexpr bool kContiguous = true;

/// A float that is an ordinary scale more often than not.
float scale(Call& c) { return c.chance(8) ? c.any_float() : 0.125f; }

int32_t reduction(Call& c) { return static_cast<int32_t>(c.number(0, 1)); }

// Scores. B is the batch of what has one row per token, G the number of pictures, M the most tokens
// one of them has.

int32_t cls_logits_key_mean(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const float factor = scale(c);
  return tkz_cls_logits_key_mean(c.ctx(), nullptr, ragged, c.in("GHd", kFloat),
                                 c.in("BHSd", kFloat), factor, c.out("BHS", kF32, kContiguous),
                                 c.out("BSd", kF32, kContiguous));
}

int32_t head_mean_keys(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  return tkz_head_mean_keys(c.ctx(), nullptr, ragged, c.in("BHSd", kFloat),
                            c.out("BSd", kF32, kContiguous));
}

int32_t attention_row(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t heads = c.fix('H', c.extent('K', 3) * c.number(1, 3));
  const tkz_attention_row_params params = {sizeof params, reduction(c), scale(c)};
  size_t bytes = 0;
  if (tkz_attention_row_workspace(&params, c.extent('G', 3), heads, c.extent('M', 30), &bytes) !=
      TKZ_OK) {
    return kNotCalled;
  }
  return tkz_attention_row(c.ctx(), nullptr, &params, ragged, c.in("GHd", kFloat),
                           c.in("BKSd", kFloat), c.out("BS", kF32, kContiguous),
                           c.int_output(c.extent('G', 3)), c.workspace(bytes), bytes);
}

int32_t attention_row_from_map(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t row = c.number(-2, 31);
  const int32_t reduce = reduction(c);
  return tkz_attention_row_from_map(c.ctx(), nullptr, ragged, c.in("GHMM", kFloat), row, reduce,
                                    c.out("BS", kF32, kContiguous));
}

int32_t attention_received_from_map(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t most = c.extent('M', 30);
  const int64_t row_begin = c.number(0, most), row_end = c.number(-1, most);
  const int64_t col_begin = c.number(0, most), col_end = c.number(-1, most);
  c.fix('C', (col_end < 0 ? most : col_end < col_begin ? col_begin : col_end) - col_begin);
  return tkz_attention_received_from_map(c.ctx(), nullptr, ragged, c.in("GHMM", kFloat), row_begin,
                                         row_end, col_begin, col_end,
                                         c.out("GC", kF32, kContiguous));
}

int32_t head_mean_map(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  return tkz_head_mean_map(c.ctx(), nullptr, ragged, c.in("GHMM", kFloat),
                           c.out("GMM", kF32, kContiguous));
}

// VisionZip

tkz_visionzip_params budget(Call& c, bool has_cls) {
  tkz_visionzip_params params = {};
  params.size = sizeof params;
  params.has_cls = has_cls ? 1 : 0;
  params.dominant = c.number(has_cls ? 1 : 0, 12);
  params.contextual = c.number(0, 8);
  params.merge_mode = reduction(c);
  params.scale = scale(c);
  return params;
}

tkz_visionzip_selection lists(Call& c, const tkz_visionzip_counts& counts, bool has_cls) {
  const int64_t batch = c.extent('G', 3), tokens = c.extent('M', 30);
  const auto list = [&](int64_t count) { return c.int_output(batch * count); };
  tkz_visionzip_selection s = {};
  s.size = sizeof s;
  s.dominant = list(counts.dominant);
  s.target = list(counts.target);
  s.merged = list(counts.merged);
  s.assign = list(counts.merged);
  s.member_offset = list(counts.target + 1);
  s.member = list(counts.merged);
  c.fix('p', tokens > 0 ? tokens - (has_cls ? 1 : 0) : 0);
  s.scores = static_cast<float*>(c.out("Gp", kF32, kContiguous)->data);
  s.non_finite = list(1);
  return s;
}

int32_t visionzip(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_visionzip_params params = budget(c, true);
  tkz_visionzip_counts counts;
  size_t bytes = 0;
  if (tkz_visionzip_count(&params, c.extent('M', 30), &counts) != TKZ_OK ||
      tkz_visionzip_workspace(&params, c.extent('B', 3), c.extent('H', 4), c.extent('S', 30),
                              c.extent('d', 70), &bytes) != TKZ_OK) {
    return kNotCalled;
  }
  c.fix('O', counts.out);
  tkz_visionzip_selection selection = lists(c, counts, true);
  return tkz_visionzip(c.ctx(), nullptr, &params, ragged, c.in("GHd", kFloat), c.in("BHSd", kFloat),
                       c.in("BSD", kFloat), &selection, c.out("GOD", kFloat), c.workspace(bytes),
                       bytes);
}

int32_t visionzip_select_logits(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_visionzip_params params = budget(c, true);
  tkz_visionzip_counts counts;
  if (tkz_visionzip_count(&params, c.extent('M', 30), &counts) != TKZ_OK) return kNotCalled;
  const tkz_tensor* logits = c.in("BHS", kF32, kContiguous);
  const tkz_tensor* key_mean = c.in("BSd", kF32, kContiguous);
  tkz_visionzip_selection selection = lists(c, counts, true);
  return tkz_visionzip_select_logits(c.ctx(), nullptr, &params, ragged, logits, key_mean,
                                     &selection);
}

/// A selection by scores, and what it was made of.
struct Chosen {
  int32_t status;
  const tkz_ragged* ragged;
  tkz_visionzip_params params;
  tkz_visionzip_counts counts;
  tkz_visionzip_selection selection;
};

Chosen choose(Call& c) {
  Chosen made = {};
  made.ragged = c.ragged('S', 'G', 'M');
  const bool has_cls = c.chance(2);
  made.params = budget(c, has_cls);
  const int64_t tokens = c.extent('S', 30);
  made.status = kNotCalled;
  if (tkz_visionzip_count(&made.params, c.extent('M', 30), &made.counts) != TKZ_OK) return made;
  c.fix('N', tokens > 0 && has_cls && made.ragged == nullptr ? tokens - 1 : tokens);
  const tkz_tensor* scores = c.in("BN", kF32);
  const tkz_tensor* key_mean = c.in("BSd", kF32, kContiguous);
  made.selection = lists(c, made.counts, has_cls);
  made.status = tkz_visionzip_select_scores(c.ctx(), nullptr, &made.params, made.ragged, scores,
                                            key_mean, &made.selection);
  return made;
}

int32_t visionzip_select_scores(Call& c) { return choose(c).status; }

int32_t visionzip_merge(Call& c) {
  const Chosen made = choose(c);
  if (made.status != TKZ_OK) return kNotCalled;
  c.fix('O', made.counts.out);
  return tkz_visionzip_merge(c.ctx(), nullptr, &made.params, made.ragged, c.in("BSD", kFloat),
                             &made.selection, c.out("GOD", kFloat));
}

// FiCoCo. N patches of M tokens, r go and m are left, O tokens with them; k are listed.

int32_t ficoco_v_layer(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const bool released = c.chance(2);
  const int64_t batch = c.extent('G', 3), tokens = c.extent('M', 30);
  const int64_t key_heads = c.extent('K', 3);
  c.fix('H', key_heads * c.number(1, 3));
  tkz_ficoco_v_params params = {};
  params.size = sizeof params;
  params.preset = released ? TKZ_FICOCO_RELEASED : TKZ_FICOCO_PAPER;
  params.has_cls = reduction(c);
  const int64_t patches = c.fix('N', tokens > 0 ? tokens - params.has_cls : 0);
  const int64_t most = patches > 0 ? patches - 1 : 0;
  params.scale = scale(c);
  params.lambda = 0.25 * static_cast<double>(c.number(0, 4));
  params.epsilon = 0.125 * static_cast<double>(c.number(0, 8));
  params.removals = c.number(0, ragged != nullptr ? 40 : most);
  params.listed = c.extent('k', 4);
  params.coefficient = 2.0f;
  params.grid_h = static_cast<int32_t>(c.number(1, 6));
  params.grid_w = static_cast<int32_t>(c.number(1, 6));
  params.window_h = static_cast<int32_t>(c.number(1, 3));
  params.window_w = static_cast<int32_t>(c.number(1, 3));
  size_t bytes = 0;
  if (tkz_ficoco_v_workspace(&params, batch, key_heads, tokens, c.extent('d', 70), &bytes) !=
      TKZ_OK) {
    return kNotCalled;
  }
  const int64_t gone = c.fix('r', params.removals < most ? params.removals : most);
  const int64_t kept = patches - gone;
  c.fix('O', tokens - gone);
  const bool given = !released || params.has_cls == 0;
  const tkz_tensor* query = c.in("BHSd", kFloat);
  const tkz_tensor* keys = c.in("BKSd", kFloat);
  const tkz_tensor* rows = c.in("BSD", kFloat);
  const tkz_tensor* cells = c.indices("GN", 36);
  const tkz_tensor* lse = released ? nullptr : c.in("BHS", kF32, kContiguous);
  const tkz_tensor* seen = released ? nullptr : c.in("GN", kF32);
  const tkz_tensor* special = given ? c.in(ragged != nullptr ? "BS" : "BN", kF32) : nullptr;
  tkz_ficoco_v_step step = {};
  step.size = sizeof step;
  step.scores = static_cast<float*>(c.out("GN", kF32, kContiguous)->data);
  step.removed = c.int_output(batch * gone);
  step.kept = c.int_output(batch * kept);
  step.cells = c.int_output(batch * kept);
  step.targets = c.int_output(batch * gone * params.listed);
  step.weights = static_cast<float*>(c.out("Grk", kF32, kContiguous)->data);
  step.count = c.int_output(batch * gone);
  step.non_finite = c.int_output(batch);
  return tkz_ficoco_v_layer(c.ctx(), nullptr, &params, ragged, query, keys, rows, cells, lse, seen,
                            special, &step, c.out("GOD", kFloat), c.workspace(bytes), bytes);
}

// Diversity

int32_t greedy_max_min(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t batch = c.extent('G', 3), tokens = c.extent('M', 30);
  const tkz_greedy_max_min_params params = {sizeof params, reduction(c), reduction(c), 0,
                                            c.extent('m', tokens + 1)};
  size_t bytes = 0;
  if (tkz_greedy_max_min_workspace(batch, tokens, &bytes) != TKZ_OK) return kNotCalled;
  return tkz_greedy_max_min(c.ctx(), nullptr, &params, ragged, c.in("GMM", kF32),
                            c.indices_out("Gm"), c.int_output(batch), c.workspace(bytes), bytes);
}

int32_t greedy_dpp(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t batch = c.extent('G', 3), tokens = c.extent('M', 30);
  const tkz_greedy_dpp_params params = {sizeof params, reduction(c), c.extent('m', tokens + 1)};
  size_t bytes = 0;
  if (tkz_greedy_dpp_workspace(&params, batch, tokens, &bytes) != TKZ_OK) {
    return kNotCalled;
  }
  const tkz_tensor* similarity = c.in("GMM", kF32);
  const tkz_tensor* weight = c.chance(2) ? c.in("BS", kF32) : nullptr;
  return tkz_greedy_dpp(c.ctx(), nullptr, &params, ragged, similarity, weight, c.indices_out("Gm"),
                        c.int_output(batch), c.workspace(bytes), bytes);
}

int32_t min_max_relevance(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  return tkz_min_max_relevance(c.ctx(), nullptr, ragged, c.in("BS", kF32),
                               c.out("BS", kF32, kContiguous));
}

// Attention that is never stored. K key heads serve H query heads.

void draw_heads(Call& c) { c.fix('H', c.extent('K', 3) * c.number(1, 3)); }

int32_t row_lse(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  draw_heads(c);
  const float factor = scale(c);
  return tkz_row_lse(c.ctx(), nullptr, ragged, factor, c.in("BHSd", kFloat), c.in("BKSd", kFloat),
                     c.out("BHS", kF32, kContiguous));
}

int32_t attention_received(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  draw_heads(c);
  const int64_t most = c.extent('M', 30);
  tkz_attention_received_params params = {};
  params.size = sizeof params;
  params.scale = scale(c);
  params.row_begin = c.number(0, most);
  params.row_end = c.number(-1, most);
  params.col_begin = c.number(0, most);
  params.col_end = c.number(-1, most);
  params.per_head = reduction(c);
  const int64_t last = params.col_end < 0 ? most : params.col_end;
  c.fix('C', last < params.col_begin ? 0 : last - params.col_begin);
  size_t bytes = 0;
  if (tkz_attention_received_workspace(c.ctx(), &params, c.extent('G', 3), c.extent('H', 4), most,
                                       c.extent('d', 70), &bytes) != TKZ_OK) {
    return kNotCalled;
  }
  const tkz_tensor* query = c.in("BHSd", kFloat);
  const tkz_tensor* keys = c.in("BKSd", kFloat);
  const tkz_tensor* lse = c.chance(3) ? c.in("BHS", kF32, kContiguous) : nullptr;
  return tkz_attention_received(c.ctx(), nullptr, &params, ragged, query, keys, lse,
                                c.out(params.per_head ? "GHC" : "GC", kF32, kContiguous),
                                c.int_output(c.extent('G', 3)), c.workspace(bytes), bytes);
}

int32_t head_mean_logits(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  draw_heads(c);
  const tkz_head_mean_params params = {sizeof params, scale(c)};
  const tkz_tensor* query = c.in("BHSd", kFloat);
  const tkz_tensor* keys = c.in("BKSd", kFloat);
  const bool rows = c.chance(2), columns = c.chance(2);
  const tkz_tensor* row_index = rows ? c.indices("GR", c.extent('M', 30)) : nullptr;
  const tkz_tensor* col_index = columns ? c.indices("GC", c.extent('M', 30)) : nullptr;
  return tkz_head_mean_logits(c.ctx(), nullptr, &params, ragged, query, keys, row_index, col_index,
                              c.out(rows      ? columns ? "GRC" : "GRM"
                                    : columns ? "GMC"
                                              : "GMM",
                                    kF32, kContiguous));
}

int32_t head_mean_probabilities(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  draw_heads(c);
  const tkz_head_mean_params params = {sizeof params, scale(c)};
  const bool rows = c.chance(2);
  size_t bytes = 0;
  if (tkz_head_mean_probabilities_workspace(&params, c.extent('G', 3), c.extent('H', 4),
                                            rows ? c.extent('R', 30) : c.extent('M', 30),
                                            &bytes) != TKZ_OK) {
    return kNotCalled;
  }
  const tkz_tensor* query = c.in("BHSd", kFloat);
  const tkz_tensor* keys = c.in("BKSd", kFloat);
  const tkz_tensor* lse = c.chance(3) ? c.in("BHS", kF32, kContiguous) : nullptr;
  const tkz_tensor* row_index = rows ? c.indices("GR", c.extent('M', 30)) : nullptr;
  return tkz_head_mean_probabilities(c.ctx(), nullptr, &params, ragged, query, keys, lse, row_index,
                                     c.out(rows ? "GRM" : "GMM", kF32, kContiguous),
                                     c.workspace(bytes), bytes);
}

// Selection

int32_t* flags(Call& c) { return c.chance(2) ? c.int_output(c.extent('G', 3)) : nullptr; }

int32_t top_k(Call& c) {
  const tkz_ragged* ragged = c.ragged('N', 'G', 'M');
  const tkz_top_k_params params = {sizeof params, reduction(c),
                                   c.extent('k', c.extent('M', 30) + 1)};
  const tkz_tensor* scores = c.in("BN", kF32);
  tkz_tensor* values = c.chance(2) ? c.out("Gk", kF32, kContiguous) : nullptr;
  return tkz_top_k(c.ctx(), nullptr, &params, ragged, scores, c.indices_out("Gk"), values,
                   flags(c));
}

int32_t threshold_select(Call& c) {
  const tkz_ragged* ragged = c.ragged('N', 'G', 'M');
  const tkz_tensor* scores = c.in("BN", kF32);
  return tkz_threshold_select(c.ctx(), nullptr, ragged, scores, c.in("G", kF32, kContiguous),
                              c.indices_out("GL"), c.indices_out("G"), flags(c));
}

int32_t stride_targets(Call& c) {
  const tkz_ragged* ragged = c.ragged('N', 'G', 'M');
  const tkz_stride_targets_params params = {sizeof params, 0, ragged ? 0 : c.number(0, 40)};
  const tkz_tensor* counts = !ragged && c.chance(2) ? c.indices("G", 50) : nullptr;
  return tkz_stride_targets(c.ctx(), nullptr, &params, ragged, counts, c.indices_out("Gc"));
}

int32_t quantile_select(Call& c) {
  const tkz_ragged* ragged = c.ragged('N', 'G', 'M');
  const tkz_quantile_select_params params = {sizeof params, 0,
                                             static_cast<double>(c.number(0, 1000)) / 1000.0};
  const tkz_tensor* values = c.in("GRM", kF32);
  const tkz_tensor* counts = !ragged && c.chance(2) ? c.indices("G", 50) : nullptr;
  return tkz_quantile_select(c.ctx(), nullptr, &params, ragged, values, counts,
                             c.indices_out("GRL"), c.indices_out("GR"), flags(c));
}

int32_t local_penalty(Call& c) {
  const tkz_ragged* ragged = c.ragged('N', 'G', 'M');
  tkz_local_penalty_params params = {};
  params.size = sizeof params;
  params.coefficient = c.chance(8) ? c.any_float() : 2.0f;
  params.grid_h = static_cast<int32_t>(c.number(0, 7));
  params.grid_w = static_cast<int32_t>(c.number(0, 7));
  params.window_h = static_cast<int32_t>(c.number(0, 3));
  params.window_w = static_cast<int32_t>(c.number(0, 3));
  const tkz_tensor* scores = c.in("BN", kF32);
  return tkz_local_penalty(c.ctx(), nullptr, &params, ragged, scores,
                           c.indices("BN", params.grid_h * params.grid_w),
                           c.out("BN", kF32, kContiguous), flags(c));
}

// Assignment

size_t cosine_workspace(Call& c, bool ragged, int64_t others) {
  const int64_t batch = c.extent('G', 3);
  size_t bytes = 0;
  const int64_t rows = c.extent('S', 30) * (ragged ? 1 : batch);
  return tkz_cosine_workspace(batch, rows, others * batch, c.extent('d', 70), &bytes) == TKZ_OK
             ? bytes
             : 0;
}

int32_t cosine_assign(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_cosine_params params = {sizeof params, reduction(c)};
  const bool other = c.chance(2), sources = c.chance(2), targets = c.chance(2);
  const size_t bytes = cosine_workspace(c, ragged != nullptr, other ? c.extent('Y', 30) : 0);
  const tkz_tensor* source = c.in("BSd", kFloat);
  const tkz_tensor* source_index = sources ? c.indices("GP", c.extent('M', 30)) : nullptr;
  const tkz_tensor* target = other ? c.in("GYd", kFloat) : nullptr;
  const int64_t last = other ? c.extent('Y', 30) : c.extent('M', 30);
  const tkz_tensor* target_index = targets ? c.indices("GQ", last) : nullptr;
  const char* const shape = sources ? "GP" : "BS";
  tkz_tensor* index = c.indices_out(shape);
  tkz_tensor* best = c.chance(2) ? c.out(shape, kF32, kContiguous) : nullptr;
  return tkz_cosine_assign(c.ctx(), nullptr, &params, ragged, source, source_index, target,
                           target_index, index, best, c.int_output(c.extent('G', 3)),
                           c.workspace(bytes), bytes);
}

int32_t cosine_matrix(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_cosine_params params = {sizeof params, reduction(c)};
  const size_t bytes = cosine_workspace(c, ragged != nullptr, 0);
  return tkz_cosine_matrix(c.ctx(), nullptr, &params, ragged, c.in("BSd", kFloat),
                           c.out("GMM", kF32, kContiguous), c.int_output(c.extent('G', 3)),
                           c.workspace(bytes), bytes);
}

int32_t mean_cosine(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const size_t bytes = cosine_workspace(c, ragged != nullptr, 0);
  return tkz_mean_cosine(c.ctx(), nullptr, ragged, c.in("BSd", kFloat),
                         c.out("BS", kF32, kContiguous), c.int_output(c.extent('G', 3)),
                         c.workspace(bytes), bytes);
}

int32_t top_neighbours(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const bool other = c.chance(2);
  const tkz_top_neighbours_params params = {sizeof params, reduction(c),
                                            static_cast<int32_t>(c.extent('q', 9)), reduction(c)};
  const size_t bytes = cosine_workspace(c, ragged != nullptr, other ? c.extent('Y', 30) : 0);
  const tkz_tensor* tokens = c.in("BSd", kFloat);
  const tkz_tensor* others = other ? c.in("GYd", kFloat) : nullptr;
  return tkz_top_neighbours(c.ctx(), nullptr, &params, ragged, tokens, others, c.indices_out("BSq"),
                            c.out("BSq", kF32, kContiguous), c.int_output(c.extent('G', 3)),
                            c.workspace(bytes), bytes);
}

// Merging

size_t merge_workspace(Call& c, int64_t entries, int64_t targets) {
  size_t bytes = 0;
  return tkz_merge_workspace(c.extent('G', 3), entries, targets, &bytes) == TKZ_OK ? bytes : 0;
}

int32_t gather(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_tensor* tokens = c.in("BSD", kFloat);
  return tkz_gather(c.ctx(), nullptr, ragged, tokens, c.indices("Gk", c.extent('M', 30)),
                    c.out("GkD", kFloat));
}

int32_t layout(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_tensor* pieces[] = {c.in("BSD", kFloat), c.in("GXD", kFloat), c.in("GZD", kFloat)};
  const int32_t count = static_cast<int32_t>(c.number(0, 3));
  c.fix('2', 2);
  return tkz_layout(c.ctx(), nullptr, ragged, pieces, count, c.indices("Gk2", 20),
                    c.out("GkD", kFloat));
}

int32_t weighted_sum(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_tensor* tokens = c.in("BSD", kFloat);
  const tkz_tensor* weight = c.in("BS", kF32);
  const tkz_tensor* index = c.chance(2) ? c.indices("Gm", c.extent('M', 30)) : nullptr;
  c.fix('1', 1);
  return tkz_weighted_sum(c.ctx(), nullptr, ragged, tokens, weight, index, c.out("G1D", kFloat));
}

int32_t target_mean_merge(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const tkz_merge_params params = {sizeof params, reduction(c)};
  const int64_t targets = c.extent('c', 12);
  const size_t bytes = merge_workspace(c, c.extent('M', 30), targets);
  const tkz_tensor* target = c.in("GcD", kFloat);
  const tkz_tensor* source = c.in("BSD", kFloat);
  return tkz_target_mean_merge(c.ctx(), nullptr, &params, ragged, target, source,
                               c.indices("BS", targets), c.out("GcD", kFloat), c.workspace(bytes),
                               bytes);
}

int32_t size_weighted_merge(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t targets = c.extent('c', 12);
  const size_t bytes = merge_workspace(c, c.extent('M', 30), targets);
  const tkz_tensor* target = c.in("GcD", kFloat);
  const tkz_tensor* target_size = c.in("Gc", kF32);
  const tkz_tensor* source = c.in("BSD", kFloat);
  const tkz_tensor* source_size = c.in("BS", kF32);
  return tkz_size_weighted_merge(c.ctx(), nullptr, ragged, target, target_size, source, source_size,
                                 c.indices("BS", targets), c.out("GcD", kFloat), c.out("Gc", kF32),
                                 c.workspace(bytes), bytes);
}

int32_t self_preserving_merge(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t removed = c.extent('r', 12), shares = c.extent('K', 3);
  const size_t bytes = merge_workspace(c, removed * shares, c.extent('M', 30));
  const tkz_tensor* tokens = c.in("BSD", kFloat);
  const tkz_tensor* others = c.in("GrD", kFloat);
  const tkz_tensor* index = c.indices("GrK", c.extent('M', 30));
  return tkz_self_preserving_merge(c.ctx(), nullptr, ragged, tokens, others, index,
                                   c.in("GrK", kF32), c.out("BSD", kFloat), c.workspace(bytes),
                                   bytes);
}

int32_t scatter_add(Call& c) {
  const tkz_ragged* ragged = c.ragged('S', 'G', 'M');
  const int64_t targets = c.extent('c', 12);
  const size_t bytes = merge_workspace(c, c.extent('M', 30), targets);
  const tkz_tensor* rows = c.in("BSD", kFloat);
  const tkz_tensor* index = c.indices("BS", targets);
  const tkz_tensor* base = c.chance(2) ? c.in("GcD", kFloat) : nullptr;
  return tkz_scatter_add(c.ctx(), nullptr, ragged, rows, index, base, c.out("GcD", kFloat),
                         c.workspace(bytes), bytes);
}

// Pooling

int32_t relevance(Call& c) {
  const tkz_ragged* ragged = c.ragged('N', 'G', 'M');
  const tkz_relevance_params params = {sizeof params, reduction(c), scale(c)};
  const tkz_tensor* features = c.in("BNP", kFloat);
  const tkz_tensor* text = c.in(c.chance(2) ? "GKP" : "GP", kFloat);
  return tkz_relevance(c.ctx(), nullptr, &params, ragged, features, text,
                       c.out("BN", kF32, kContiguous), c.int_output(c.extent('G', 3)));
}

int32_t prompt_pool_3d(Call& c) {
  const tkz_ragged* ragged = c.ragged('T', 'G', 'M');
  tkz_prompt_pool_params params = {};
  params.size = sizeof params;
  params.temperature = c.chance(8) ? c.any_float() : 0.01f;
  const int64_t extent[3] = {c.extent('M', 6), c.extent('Y', 6), c.extent('X', 6)};
  const bool usual = !c.chance(4);
  for (int i = 0; i < 3; i++) params.kernel[i] = usual ? c.number(1, 2) : c.number(0, 4);
  for (int i = 0; i < 3; i++) params.stride[i] = usual ? c.number(1, 2) : c.number(0, 3);
  if (!usual) {
    for (int i = 0; i < 3; i++) params.output[i] = c.number(0, 3);
  }
  tkz_prompt_pool_params sizes = params;
  if (tkz_pool_size(extent, &sizes) != TKZ_OK) return kNotCalled;
  c.fix('t', sizes.output[0]);
  c.fix('y', sizes.output[1]);
  c.fix('x', sizes.output[2]);
  const tkz_tensor* tokens = c.in("BTYXD", kFloat);
  const tkz_tensor* weight = c.chance(2) ? c.in("BTYX", kF32) : nullptr;
  return tkz_prompt_pool_3d(c.ctx(), nullptr, &params, ragged, tokens, weight,
                            c.out("GtyxD", kFloat), c.int_output(c.extent('G', 3)));
}

}  // namespace

const std::vector<Operator>& operators() {
  static const std::vector<Operator> all = {
      {"tkz_cls_logits_key_mean", cls_logits_key_mean},
      {"tkz_head_mean_keys", head_mean_keys},
      {"tkz_attention_row", attention_row},
      {"tkz_attention_row_from_map", attention_row_from_map},
      {"tkz_attention_received_from_map", attention_received_from_map},
      {"tkz_head_mean_map", head_mean_map},
      {"tkz_visionzip_select_logits", visionzip_select_logits},
      {"tkz_visionzip_select_scores", visionzip_select_scores},
      {"tkz_visionzip_merge", visionzip_merge},
      {"tkz_visionzip", visionzip},
      {"tkz_ficoco_v_layer", ficoco_v_layer},
      {"tkz_greedy_max_min", greedy_max_min},
      {"tkz_greedy_dpp", greedy_dpp},
      {"tkz_min_max_relevance", min_max_relevance},
      {"tkz_row_lse", row_lse},
      {"tkz_attention_received", attention_received},
      {"tkz_head_mean_logits", head_mean_logits},
      {"tkz_head_mean_probabilities", head_mean_probabilities},
      {"tkz_top_k", top_k},
      {"tkz_threshold_select", threshold_select},
      {"tkz_stride_targets", stride_targets},
      {"tkz_quantile_select", quantile_select},
      {"tkz_local_penalty", local_penalty},
      {"tkz_cosine_assign", cosine_assign},
      {"tkz_cosine_matrix", cosine_matrix},
      {"tkz_mean_cosine", mean_cosine},
      {"tkz_top_neighbours", top_neighbours},
      {"tkz_gather", gather},
      {"tkz_layout", layout},
      {"tkz_weighted_sum", weighted_sum},
      {"tkz_target_mean_merge", target_mean_merge},
      {"tkz_size_weighted_merge", size_weighted_merge},
      {"tkz_self_preserving_merge", self_preserving_merge},
      {"tkz_scatter_add", scatter_add},
      {"tkz_relevance", relevance},
      {"tkz_prompt_pool_3d", prompt_pool_3d},
  };
  return all;
}

}  // namespace fuzz
