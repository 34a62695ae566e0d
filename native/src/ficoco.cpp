// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/ficoco.h"

#include <initializer_list>

#include "argument_check.h"
#include "arguments_of.h"
#include "common/quantile_rule.h"
#include "cpu/operators.h"
#include "penalty_check.h"
#include "workspace_size.h"

using namespace tkz;

namespace {

long long ll(int64_t value) { return static_cast<long long>(value); }

/// Hands out pieces of the workspace, in the same order whether there is memory yet or not.
class Workspace {
 public:
  explicit Workspace(void* memory = nullptr) : memory_(static_cast<char*>(memory)) {}

  /// An array with these extents.
  template <class T>
  T* take(std::initializer_list<int64_t> extents) {
    char* const piece = memory_ == nullptr ? nullptr : memory_ + bytes_;
    bytes_ += part_bytes(sizeof(T), extents);
    return reinterpret_cast<T*>(piece);
  }

  size_t bytes() const { return bytes_; }

 private:
  char* memory_;
  size_t bytes_ = 0;
};

struct Sizes {
  int64_t batch, heads, dim;  // heads of the keys
  FicocoCounts counts;        // of a picture, or of the longest there can be
};

/// `tokens` of a picture; of r removals so many as leave it a patch.
Sizes sizes_of(const tkz_ficoco_v_params& params, int64_t batch, int64_t heads, int64_t tokens,
               int64_t dim) {
  const FicocoCounts most = {params.has_cls, 0, params.removals};
  return {batch, heads, dim, most.within(tokens)};
}

/// What passes between the steps.
struct Between {
  float *sums, *mean, *emitted, *cls, *correlation;
  FicocoShare* shares;
  int32_t *rows, *columns;

  Between(Workspace& from, const tkz_ficoco_v_params& params, const Sizes& n) {
    const FicocoCounts& most = n.counts;
    if (params.preset == TKZ_FICOCO_RELEASED) {
      const int64_t tiles = FicocoLogitsArgs::tiles_of(most.patches);
      sums = from.take<float>({n.batch, tiles, n.heads, n.dim});
      mean = from.take<float>({n.batch, n.heads, n.dim});
      emitted = from.take<float>({n.batch, most.patches});
      cls = from.take<float>({n.batch, most.patches});
    } else {
      sums = mean = emitted = cls = nullptr;
    }
    correlation = from.take<float>({n.batch, most.removals, most.kept()});
    shares = from.take<FicocoShare>({n.batch, most.removals});
    rows = from.take<int32_t>({n.batch, most.removals});
    columns = from.take<int32_t>({n.batch, most.kept()});
  }
};

void check_params(ArgumentCheck& check, const tkz_ficoco_v_params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return;
  const tkz_ficoco_v_params& p = *params;
  check
      .require(p.size == sizeof p, TKZ_INVALID_ARGUMENT, "params.size must be %zu, got %u",
               sizeof p, p.size)
      .require(p.preset == TKZ_FICOCO_PAPER || p.preset == TKZ_FICOCO_RELEASED,
               TKZ_INVALID_ARGUMENT, "params.preset must be 0 (paper) or 1 (released), got %d",
               p.preset)
      .require(p.has_cls == 0 || p.has_cls == 1, TKZ_INVALID_ARGUMENT,
               "params.has_cls must be 0 or 1, got %d", p.has_cls)
      .require(p.lambda >= 0 && p.lambda <= 1, TKZ_INVALID_ARGUMENT,
               "params.lambda must be from 0 to 1, got %g", p.lambda)
      .require(p.epsilon >= 0 && p.epsilon <= 1, TKZ_INVALID_ARGUMENT,
               "params.epsilon must be from 0 to 1, got %g", p.epsilon)
      .require(p.removals >= 0, TKZ_INVALID_ARGUMENT, "params.removals must be 0 or more, got %lld",
               ll(p.removals))
      .require(p.listed >= 0 && p.listed <= INT32_MAX, TKZ_INVALID_ARGUMENT,
               "params.listed must be from 0 to %d, got %lld", INT32_MAX, ll(p.listed));
  check_penalty(check, p);
}

void check_step(ArgumentCheck& check, const tkz_ficoco_v_params& params,
                const tkz_ficoco_v_step* step, const FicocoCounts& n) {
  check.not_null(step, "step");
  if (!check.ok()) return;
  const tkz_ficoco_v_step& s = *step;
  check.require(s.size == sizeof s, TKZ_INVALID_ARGUMENT, "step.size must be %zu, got %u", sizeof s,
                s.size);
  const auto array = [&](const void* data, int64_t count, const char* name) {
    check.require(data != nullptr || count == 0, TKZ_INVALID_ARGUMENT,
                  "step.%s must point to %lld values per picture, got null", name, ll(count));
  };
  array(s.scores, n.patches, "scores");
  array(s.removed, n.removals, "removed");
  array(s.kept, n.kept(), "kept");
  array(s.cells, n.kept(), "cells");
  array(s.targets, n.removals * params.listed, "targets");
  array(s.weights, n.removals * params.listed, "weights");
  array(s.count, n.removals, "count");
  array(s.non_finite, 1, "non_finite");
}

/// A tensor that a preset needs, or must not be given.
void check_optional(ArgumentCheck& check, bool wanted, const tkz_tensor* tensor, const char* name,
                    const char* letters, Layout layout) {
  if (wanted) {
    check.tensor(tensor, name, letters, Types::kF32, layout);
  } else {
    check.require(tensor == nullptr, TKZ_INVALID_ARGUMENT,
                  "%s must be null where it is found from queries and keys or not used, got a "
                  "tensor",
                  name);
  }
}

}  // namespace

int32_t tkz_ficoco_v_workspace(const tkz_ficoco_v_params* params, int64_t batch, int64_t heads,
                               int64_t tokens, int64_t head_dim, size_t* bytes) {
  ArgumentCheck check(__func__);
  check_params(check, params);
  check.not_null(bytes, "bytes");
  check_size_asked(check, batch, "batch");
  check_size_asked(check, heads, "heads");
  check_size_asked(check, tokens, "tokens");
  check_size_asked(check, head_dim, "head_dim");
  if (!check.ok()) return check.status();
  const Sizes n = sizes_of(*params, batch, heads, tokens, head_dim);
  Workspace workspace;
  const Between between(workspace, *params, n);
  static_cast<void>(between);
  check_size_answered(check, workspace.bytes());
  if (check.ok()) *bytes = workspace.bytes();
  return check.status();
}

int32_t tkz_ficoco_v_layer(tkz_ctx* ctx, tkz_stream stream, const tkz_ficoco_v_params* params,
                           const tkz_ragged* ragged, const tkz_tensor* query,
                           const tkz_tensor* keys, const tkz_tensor* tokens,
                           const tkz_tensor* cells, const tkz_tensor* lse, const tkz_tensor* seen,
                           const tkz_tensor* special, tkz_ficoco_v_step* step, tkz_tensor* out,
                           void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  if (!check.ok()) return check.status();
  const bool released = params->preset == TKZ_FICOCO_RELEASED;
  const bool packed = ragged != nullptr;  // T tokens of all pictures
  check.ragged(ragged, 'B', 'S')
      .fix('P', 1, "a packed batch")
      .tensor(query, "query", packed ? "PHTd" : "BHSd", Types::kFloat, Layout::kStrided)
      .tensor(keys, "keys", packed ? "PGTd" : "BGSd", Types::kFloat, Layout::kStrided)
      .same_dtype(query, "query", keys, "keys")
      .tensor(tokens, "tokens", packed ? "PTD" : "BSD", Types::kFloat, Layout::kStrided)
      .not_empty("HGdD");
  if (!check.ok()) return check.status();
  const Sizes n = sizes_of(*params, check['B'], check['G'], check['S'], check['d']);
  const FicocoCounts& counts = n.counts;
  check
      .require(check['H'] % check['G'] == 0, TKZ_INVALID_SHAPE,
               "heads H of query must be a multiple of the %lld heads G of keys, got %lld",
               ll(check['G']), ll(check['H']))
      .require(keys->shape[2] <= INT32_MAX, TKZ_INVALID_SHAPE,
               "tokens of keys must be at most %d, got %lld", INT32_MAX, ll(keys->shape[2]))
      .require(packed || params->removals == counts.removals, TKZ_INVALID_ARGUMENT,
               "params.removals must be at most %lld of %lld patches, got %lld",
               ll(counts.removals), ll(counts.patches), ll(params->removals))
      .limit(ctx, counts.patches, &DeviceLimits::top_k_tokens, "patches N")
      .limit(ctx, n.dim, &DeviceLimits::head_dim, "head width d")
      .fix('N', counts.patches,
           packed ? "the patch count of max_tokens" : "the patch count of tokens")
      .fix('O', counts.left(), packed ? "what is left of max_tokens" : "what is left of tokens")
      .tensor(cells, "cells", "BN", Types::kI32, Layout::kStrided);
  check_optional(check, !released, lse, "lse", packed ? "PHT" : "BHS", Layout::kContiguous);
  check_optional(check, !released, seen, "seen", "BN", Layout::kStrided);
  check_optional(check, !released || params->has_cls == 0, special, "special", packed ? "PT" : "BN",
                 Layout::kStrided);
  check.tensor(out, "out", "BOD", Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", out, "out");
  if (!check.ok() || n.batch == 0) return check.status();
  check_step(check, *params, step, counts);
  if (!check.ok()) return check.status();
  Workspace measure;
  const Between measured(measure, *params, n);
  static_cast<void>(measured);
  check
      .require(workspace != nullptr || measure.bytes() == 0, TKZ_INVALID_ARGUMENT,
               "workspace must not be null, got null")
      .require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0, TKZ_INVALID_ARGUMENT,
               "workspace must be aligned to 256 bytes, got address %p", workspace)
      .require(workspace_bytes >= measure.bytes(), TKZ_WORKSPACE_TOO_SMALL,
               "workspace must have at least %zu bytes, got %zu", measure.bytes(), workspace_bytes);
  if (!check.ok()) return check.status();
  Workspace pieces(workspace);
  const Between between(pieces, *params, n);
  const bool finds_special = released && special == nullptr;

  cpu::FicocoLayer layer = {};
  layer.logits.in = attention_inputs(n.batch, ragged, params->scale, *query, *keys);
  layer.logits.first = counts.first;
  layer.logits.sums = between.sums;
  layer.logits.mean = between.mean;
  layer.logits.emitted = between.emitted;
  layer.logits.cls = finds_special ? between.cls : nullptr;

  const Ragged pictures = layer.logits.in.ragged;
  layer.rank = {n.batch,
                counts,
                pictures,
                {params->grid_h, params->grid_w, params->window_h, params->window_w},
                params->coefficient,
                static_cast<float>(params->lambda),
                static_cast<float>(1 - params->lambda),
                released,
                released ? between.emitted : static_cast<const float*>(seen->data),
                released ? counts.patches : stride_of(*seen, 0),
                finds_special ? between.cls : static_cast<const float*>(special->data),
                finds_special ? counts.patches : stride_of(*special, 0),
                packed && !finds_special,
                static_cast<const int32_t*>(cells->data),
                stride_of(*cells, 0),
                step->scores,
                step->removed,
                step->kept,
                step->cells,
                between.rows,
                between.columns,
                step->non_finite};

  layer.correlation.in = layer.logits.in;
  layer.correlation.row_index = between.rows;
  layer.correlation.rows = counts.removals;
  layer.correlation.col_index = between.columns;
  layer.correlation.columns = counts.kept();
  if (!released) layer.correlation.lse = {static_cast<float*>(lse->data), false, 0};
  layer.correlation.out = between.correlation;

  layer.shares = {n.batch,
                  counts,
                  pictures,
                  params->listed,
                  quantile_count(params->epsilon, counts.kept()),
                  params->epsilon,
                  released,
                  between.correlation,
                  counts.kept(),
                  step->targets,
                  step->weights,
                  step->count,
                  between.shares};

  layer.merge = {dtype_of(*tokens),
                 n.batch,
                 counts,
                 pictures,
                 check['D'],
                 released,
                 between.correlation,
                 counts.kept(),
                 between.shares,
                 between.rows,
                 between.columns,
                 tokens->data,
                 stride_of(*tokens, 0),
                 stride_of(*tokens, 1),
                 out->data,
                 stride_of(*out, 0),
                 stride_of(*out, 1),
                 step->non_finite};

  if (released && ctx->device == nullptr) {
    cpu::ficoco_v_layer(layer, ctx->threads);
    return TKZ_OK;
  }
  int32_t status = TKZ_OK;
  const auto next = [&](const auto& args, auto on_cpu, auto launcher) {
    if (status == TKZ_OK) status = run(*ctx, __func__, stream, args, on_cpu, launcher);
  };
  if (released) next(layer.logits, cpu::ficoco_logits, &Device::ficoco_logits);
  next(layer.rank, cpu::ficoco_rank, &Device::ficoco_rank);
  if (released) {
    next(layer.correlation, cpu::head_mean_logits, &Device::head_mean_logits);
  } else {
    next(layer.correlation, cpu::head_mean_probabilities, &Device::head_mean_probabilities);
  }
  next(layer.shares, cpu::ficoco_shares, &Device::ficoco_shares);
  next(layer.merge, cpu::ficoco_merge, &Device::ficoco_merge);
  return status;
}
