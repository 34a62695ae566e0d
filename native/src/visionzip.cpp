// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "arguments_of.h"
#include "common/selection_rule.h"
#include "cpu/operators.h"
#include "visionzip_check.h"
#include "workspace_size.h"

using namespace tkz;

namespace {

/// Where tkz_visionzip keeps what passes between its steps.
struct Workspace {
  size_t logits_bytes, key_mean_bytes;

  Workspace(int64_t batch, int64_t heads, int64_t tokens, int64_t head_dim)
      : logits_bytes(part_bytes(sizeof(float), {batch, heads, tokens})),
        key_mean_bytes(part_bytes(sizeof(float), {batch, tokens, head_dim})) {}

  size_t bytes() const { return logits_bytes + key_mean_bytes; }
};

/// Letters of a tensor with a row per token: those of all pictures come one after another when they
/// are ragged, and T is their total.
const char* rows(const tkz_ragged* ragged, const char* uniform, const char* packed) {
  return ragged != nullptr ? packed : uniform;
}

/// The pictures of a ragged batch, and that packed tensors hold all of them.
void check_ragged(ArgumentCheck& check, const tkz_ragged* ragged) {
  check.ragged(ragged, 'B', 'S');
  if (ragged != nullptr) check.fix('P', 1, "a ragged batch");
}

/// The letters S and N: tokens of a sequence and patches among them.
void check_tokens(ArgumentCheck& check, tkz_ctx* ctx, const tkz_visionzip_params* params) {
  if (!check.ok()) return;
  const int64_t tokens = check['S'];
  check.require(tokens <= INT32_MAX, TKZ_INVALID_SHAPE, "tokens S must be at most %d, got %lld",
                INT32_MAX, static_cast<long long>(tokens));
  const int64_t patches = tokens > 0 ? tokens - params->has_cls : 0;
  check.fix('N', patches, "the patch count of key_mean")
      .limit(ctx, patches, &DeviceLimits::select_tokens, "patches N")
      .limit(ctx, check['H'], &DeviceLimits::heads, "heads H")
      .limit(ctx, check['d'], &DeviceLimits::head_dim, "head width d");
}

VisionZipCounts counts_for(const ArgumentCheck& check, const tkz_visionzip_params& params) {
  return visionzip_counts(params.dominant, params.contextual, check['S']);
}

VisionZipSelectArgs select_args(const ArgumentCheck& check, const tkz_visionzip_params& params,
                                const tkz_ragged* ragged, const VisionZipCounts& counts,
                                const float* key_mean, const tkz_visionzip_selection& selection) {
  VisionZipSelectArgs args = {};
  args.batch = check['B'];
  args.heads = check['H'];
  args.tokens = check['S'];
  args.dim = check['d'];
  args.ragged = ragged_of(ragged, check['T']);
  args.budget = {params.dominant, params.contextual};
  args.logits_stride_head = ragged != nullptr ? check['T'] : args.tokens;
  args.has_cls = params.has_cls != 0 && args.tokens > 0;
  args.counts = counts;
  args.key_mean = key_mean;
  args.lists = lists_of(selection);
  return args;
}

/// scale * q.k needs a query, and the only one there is belongs to CLS.
void check_has_cls(ArgumentCheck& check, const tkz_visionzip_params* params) {
  if (!check.ok()) return;
  check.require(params->has_cls == 1, TKZ_INVALID_ARGUMENT,
                "params.has_cls must be 1 where scores come from the CLS query, got %d",
                params->has_cls);
}

}  // namespace

int32_t tkz_visionzip_count(const tkz_visionzip_params* params, int64_t tokens,
                            tkz_visionzip_counts* counts) {
  ArgumentCheck check(__func__);
  check_params(check, params);
  check.not_null(counts, "counts")
      .require(tokens >= 0, TKZ_INVALID_SHAPE, "tokens must be 0 or more, got %lld",
               static_cast<long long>(tokens));
  if (!check.ok()) return check.status();
  const VisionZipCounts n = visionzip_counts(params->dominant, params->contextual, tokens);
  *counts = {n.dominant, n.target, n.merged, n.dominant + n.target};
  return TKZ_OK;
}

int32_t tkz_visionzip_select_logits(tkz_ctx* ctx, tkz_stream stream,
                                    const tkz_visionzip_params* params, const tkz_ragged* ragged,
                                    const tkz_tensor* logits, const tkz_tensor* key_mean,
                                    tkz_visionzip_selection* selection) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check_has_cls(check, params);
  check_ragged(check, ragged);
  check.tensor(logits, "logits", rows(ragged, "BHS", "PHT"), Types::kF32, Layout::kContiguous)
      .tensor(key_mean, "key_mean", rows(ragged, "BSd", "PTd"), Types::kF32, Layout::kContiguous)
      .not_empty("Hd");
  check_tokens(check, ctx, params);
  if (!check.ok() || check['B'] == 0) return check.status();
  const VisionZipCounts counts = counts_for(check, *params);
  check_selection(check, selection, counts, Use::kFill);
  if (!check.ok()) return check.status();
  VisionZipSelectArgs args = select_args(check, *params, ragged, counts,
                                         static_cast<const float*>(key_mean->data), *selection);
  args.logits = static_cast<const float*>(logits->data);
  return run(*ctx, __func__, stream, args, cpu::visionzip_select, &Device::visionzip_select);
}

int32_t tkz_visionzip_select_scores(tkz_ctx* ctx, tkz_stream stream,
                                    const tkz_visionzip_params* params, const tkz_ragged* ragged,
                                    const tkz_tensor* scores, const tkz_tensor* key_mean,
                                    tkz_visionzip_selection* selection) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check_ragged(check, ragged);
  check.tensor(key_mean, "key_mean", rows(ragged, "BSd", "PTd"), Types::kF32, Layout::kContiguous)
      .not_empty("d");
  check_tokens(check, ctx, params);
  check.tensor(scores, "scores", rows(ragged, "BN", "PT"), Types::kF32, Layout::kStrided);
  if (!check.ok() || check['B'] == 0) return check.status();
  const VisionZipCounts counts = counts_for(check, *params);
  check_selection(check, selection, counts, Use::kFill);
  if (!check.ok()) return check.status();
  VisionZipSelectArgs args = select_args(check, *params, ragged, counts,
                                         static_cast<const float*>(key_mean->data), *selection);
  args.scores_in = static_cast<const float*>(scores->data);
  args.scores_in_stride_batch = stride_of(*scores, 0);
  return run(*ctx, __func__, stream, args, cpu::visionzip_select, &Device::visionzip_select);
}

int32_t tkz_visionzip_merge(tkz_ctx* ctx, tkz_stream stream, const tkz_visionzip_params* params,
                            const tkz_ragged* ragged, const tkz_tensor* tokens,
                            const tkz_visionzip_selection* selection, tkz_tensor* out) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check_ragged(check, ragged);
  check.tensor(tokens, "tokens", rows(ragged, "BSD", "PTD"), Types::kFloat, Layout::kStrided)
      .not_empty("D");
  if (!check.ok()) return check.status();
  const VisionZipCounts counts = counts_for(check, *params);
  check.fix('K', counts.dominant + counts.target, "the budget")
      .tensor(out, "out", "BKD", Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", out, "out");
  if (!check.ok() || check['B'] == 0 || check['K'] == 0) return check.status();
  check_selection(check, selection, counts, Use::kMerge);
  if (!check.ok()) return check.status();
  return run(*ctx, __func__, stream,
             visionzip_merge_args(*params, counts, ragged, *tokens, *selection, *out),
             cpu::visionzip_merge, &Device::visionzip_merge);
}

int32_t tkz_visionzip_workspace(const tkz_visionzip_params* params, int64_t batch, int64_t heads,
                                int64_t tokens, int64_t head_dim, size_t* bytes) {
  ArgumentCheck check(__func__);
  check_params(check, params);
  check.not_null(bytes, "bytes");
  check_size_asked(check, batch, "batch");
  check_size_asked(check, heads, "heads");
  check_size_asked(check, tokens, "tokens");
  check_size_asked(check, head_dim, "head_dim");
  if (!check.ok()) return check.status();
  const size_t needed = Workspace(batch, heads, tokens, head_dim).bytes();
  check_size_answered(check, needed);
  if (check.ok()) *bytes = needed;
  return check.status();
}

int32_t tkz_visionzip(tkz_ctx* ctx, tkz_stream stream, const tkz_visionzip_params* params,
                      const tkz_ragged* ragged, const tkz_tensor* query, const tkz_tensor* keys,
                      const tkz_tensor* tokens, tkz_visionzip_selection* selection, tkz_tensor* out,
                      void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check_has_cls(check, params);
  check_ragged(check, ragged);
  check.tensor(query, "query", "BHd", Types::kFloat, Layout::kStrided)
      .tensor(keys, "keys", rows(ragged, "BHSd", "PHTd"), Types::kFloat, Layout::kStrided)
      .same_dtype(query, "query", keys, "keys")
      .tensor(tokens, "tokens", rows(ragged, "BSD", "PTD"), Types::kFloat, Layout::kStrided)
      .not_empty("HdD");
  if (!check.ok()) return check.status();
  const VisionZipCounts counts = counts_for(check, *params);
  check.fix('K', counts.dominant + counts.target, "the budget")
      .tensor(out, "out", "BKD", Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", out, "out");
  check_tokens(check, ctx, params);
  if (!check.ok() || check['B'] == 0) return check.status();
  check_selection(check, selection, counts, Use::kFill);
  if (!check.ok()) return check.status();
  if (check['S'] == 0) {  // What a selection of nothing consists of is still to be written.
    VisionZipSelectArgs nothing = select_args(check, *params, ragged, counts, nullptr, *selection);
    nothing.ragged.total = 0;  // rows that could be counted from null
    return run(*ctx, __func__, stream, nothing, cpu::visionzip_select, &Device::visionzip_select);
  }

  const bool is_packed = ragged != nullptr;
  const Workspace layout(is_packed ? 1 : check['B'], check['H'],
                         is_packed ? check['T'] : check['S'], check['d']);
  check
      .require(workspace != nullptr || layout.bytes() == 0, TKZ_INVALID_ARGUMENT,
               "workspace must not be null, got null")
      .require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0, TKZ_INVALID_ARGUMENT,
               "workspace must be aligned to 256 bytes, got address %p", workspace)
      .require(workspace_bytes >= layout.bytes(), TKZ_WORKSPACE_TOO_SMALL,
               "workspace must have at least %zu bytes, got %zu", layout.bytes(), workspace_bytes);
  if (!check.ok()) return check.status();
  float* logits = static_cast<float*>(workspace);
  float* key_mean = logits + layout.logits_bytes / sizeof(float);

  const ClsLogitsKeyMeanArgs score =
      cls_logits_key_mean_args(query, *keys, params->scale, logits, key_mean, ragged);
  VisionZipSelectArgs select = select_args(check, *params, ragged, counts, key_mean, *selection);
  select.logits = logits;
  const VisionZipMergeArgs merge =
      visionzip_merge_args(*params, counts, ragged, *tokens, *selection, *out);
  if (ctx->device == nullptr && !is_packed) {
    cpu::visionzip(score, select, merge, ctx->threads);
    return TKZ_OK;
  }
  int32_t status = TKZ_OK;
  if (layout.bytes() > 0) {
    status =
        run(*ctx, __func__, stream, score, cpu::cls_logits_key_mean, &Device::cls_logits_key_mean);
  }
  if (status != TKZ_OK) return status;
  status = run(*ctx, __func__, stream, select, cpu::visionzip_select, &Device::visionzip_select);
  if (status != TKZ_OK) return status;
  return run(*ctx, __func__, stream, merge, cpu::visionzip_merge, &Device::visionzip_merge);
}
