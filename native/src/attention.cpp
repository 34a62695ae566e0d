// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <algorithm>

#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"
#include "workspace_size.h"

using namespace tkz;

namespace {

/// The letters of queries and keys: B, H, K, S, d, and when packed P and T.
void check_inputs(ArgumentCheck& check, const tkz_ctx* ctx, const tkz_ragged* ragged,
                  const tkz_tensor* query, const tkz_tensor* keys) {
  const bool packed = ragged != nullptr;
  check.ragged(ragged, 'B', 'S')
      .fix('P', 1, "a packed batch")
      .tensor(query, "query", packed ? "PHTd" : "BHSd", Types::kFloat, Layout::kStrided)
      .tensor(keys, "keys", packed ? "PKTd" : "BKSd", Types::kFloat, Layout::kStrided)
      .same_dtype(query, "query", keys, "keys")
      .not_empty("HKd");
  if (!check.ok()) return;
  check.require(check['H'] % check['K'] == 0, TKZ_INVALID_SHAPE,
                "heads H of query must be a multiple of the %lld heads K of keys, got %lld",
                static_cast<long long>(check['K']), static_cast<long long>(check['H']));
  check.require(keys->shape[2] <= INT32_MAX, TKZ_INVALID_SHAPE,
                "tokens of keys must be at most %d, got %lld", INT32_MAX,
                static_cast<long long>(keys->shape[2]));
  check.limit(ctx, check['d'], &DeviceLimits::head_dim, "head width d");
}

void check_lse(ArgumentCheck& check, const tkz_ragged* ragged, const tkz_tensor* lse) {
  check.tensor(lse, "lse", ragged != nullptr ? "PHT" : "BHS", Types::kF32, Layout::kContiguous);
}

template <class Params>
void check_size(ArgumentCheck& check, const Params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return;
  check.require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
                "params.size must be %zu, got %u", sizeof *params, params->size);
}

void check_range(ArgumentCheck& check, int64_t begin, int64_t end, int64_t tokens,
                 const char* name) {
  check.require(begin >= 0 && begin <= tokens, TKZ_INVALID_ARGUMENT,
                "params.%s_begin must be from 0 to %lld, got %lld", name,
                static_cast<long long>(tokens), static_cast<long long>(begin));
  check.require(end == -1 || (end >= begin && end <= tokens), TKZ_INVALID_ARGUMENT,
                "params.%s_end must be from %lld to %lld or -1, got %lld", name,
                static_cast<long long>(begin), static_cast<long long>(tokens),
                static_cast<long long>(end));
}

void check_params(ArgumentCheck& check, const tkz_attention_received_params* params,
                  int64_t tokens) {
  check_size(check, params);
  if (!check.ok()) return;
  check_range(check, params->row_begin, params->row_end, tokens, "row");
  check_range(check, params->col_begin, params->col_end, tokens, "col");
  check.require(params->per_head == 0 || params->per_head == 1, TKZ_INVALID_ARGUMENT,
                "params.per_head must be 0 or 1, got %d", params->per_head);
  check.require(params->reserved == 0, TKZ_INVALID_ARGUMENT, "params.reserved must be 0, got %d",
                params->reserved);
}

void check_workspace(ArgumentCheck& check, const void* workspace, size_t bytes, size_t needed) {
  check
      .require(workspace != nullptr || needed == 0, TKZ_INVALID_ARGUMENT,
               "workspace must not be null, got null")
      .require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0, TKZ_INVALID_ARGUMENT,
               "workspace must be aligned to 256 bytes, got address %p", workspace)
      .require(bytes >= needed, TKZ_WORKSPACE_TOO_SMALL,
               "workspace must have at least %zu bytes, got %zu", needed, bytes);
}

int64_t width_of(const tkz_attention_received_params& params, int64_t tokens) {
  return (params.col_end < 0 ? tokens : params.col_end) - params.col_begin;
}

/// Scores per head; then on a device the log-sum-exp, on the CPU what each thread needs.
struct ReceivedWorkspace {
  size_t partials, lse = 0, slot = 0;

  ReceivedWorkspace(const tkz_ctx& ctx, const tkz_attention_received_params& params, int64_t batch,
                    int64_t heads, int64_t tokens, int64_t dim)
      : partials(params.per_head ? 0 : floats({batch, heads, width_of(params, tokens)})) {
    if (ctx.device != nullptr) {
      lse = floats({batch, heads, tokens});
    } else if (batch > 0 && heads > 0 && tokens > 0) {
      slot = floats({received_columns(tokens), received_depth(dim)});
    }
  }

  size_t least() const { return partials + lse + slot; }

 private:
  static size_t floats(std::initializer_list<int64_t> extents) {
    return part_bytes(sizeof(float), extents);
  }
};

float* floats_at(void* workspace, size_t bytes) {
  return reinterpret_cast<float*>(static_cast<char*>(workspace) + bytes);
}

const int32_t* list_of(const tkz_tensor* list) {
  return list == nullptr ? nullptr : static_cast<const int32_t*>(list->data);
}

/// A list of the letters B and `letter`; without one the letter stands for all tokens.
void check_list(ArgumentCheck& check, const tkz_tensor* list, const char* name,
                const char* letters) {
  if (!check.ok()) return;
  if (list == nullptr) {
    check.fix(letters[1], check['S'], "the token count");
  } else {
    check.tensor(list, name, letters, Types::kI32, Layout::kContiguous);
  }
}

}  // namespace

int32_t tkz_row_lse(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged, float scale,
                    const tkz_tensor* query, const tkz_tensor* keys, tkz_tensor* lse) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_inputs(check, ctx, ragged, query, keys);
  check_lse(check, ragged, lse);
  if (!check.ok() || check['B'] == 0 || check['S'] == 0 || keys->shape[2] == 0) {
    return check.status();
  }
  RowLseArgs args = {};
  args.in = attention_inputs(check['B'], ragged, scale, *query, *keys);
  args.lse.data = static_cast<float*>(lse->data);
  return run(*ctx, __func__, stream, args, cpu::row_lse, &Device::row_lse);
}

int32_t tkz_attention_received_workspace(const tkz_ctx* ctx,
                                         const tkz_attention_received_params* params, int64_t batch,
                                         int64_t heads, int64_t tokens, int64_t head_dim,
                                         size_t* bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx").not_null(bytes, "bytes");
  check_size_asked(check, batch, "batch");
  check_size_asked(check, heads, "heads");
  check_size_asked(check, tokens, "tokens");
  check_size_asked(check, head_dim, "head_dim");
  check_params(check, params, tokens);
  if (!check.ok()) return check.status();
  const ReceivedWorkspace layout(*ctx, *params, batch, heads, tokens, head_dim);
  const int threads = ctx->threads > 0 ? ctx->threads : std::max(1, omp_get_max_threads());
  const int64_t slots = std::max<int64_t>(1, std::min<int64_t>(threads, batch * heads));
  const size_t needed = layout.partials + layout.lse + part_bytes(layout.slot, {slots});
  check_size_answered(check, needed);
  if (check.ok()) *bytes = needed;
  return check.status();
}

int32_t tkz_attention_received(tkz_ctx* ctx, tkz_stream stream,
                               const tkz_attention_received_params* params,
                               const tkz_ragged* ragged, const tkz_tensor* query,
                               const tkz_tensor* keys, const tkz_tensor* lse, tkz_tensor* scores,
                               int32_t* non_finite, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx").not_null(params, "params");
  check_inputs(check, ctx, ragged, query, keys);
  if (check.ok()) check_params(check, params, check['S']);
  if (!check.ok()) return check.status();
  if (lse != nullptr) check_lse(check, ragged, lse);
  check.fix('C', width_of(*params, check['S']), "the column range")
      .tensor(scores, "scores", params->per_head ? "BHC" : "BC", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0) return check.status();
  const ReceivedWorkspace layout(*ctx, *params, check['B'], check['H'], check['S'], check['d']);
  check_workspace(check, workspace, workspace_bytes, layout.least());
  if (!check.ok()) return check.status();

  AttentionReceivedArgs args = {};
  args.in = attention_inputs(check['B'], ragged, params->scale, *query, *keys);
  args.rows = {params->row_begin, params->row_end};
  args.columns = {params->col_begin, params->col_end};
  args.width = check['C'];
  args.per_head = params->per_head != 0;
  args.partials = floats_at(workspace, 0);
  args.scores = static_cast<float*>(scores->data);
  args.non_finite = non_finite;
  if (lse != nullptr) args.lse.data = static_cast<float*>(lse->data);
  if (layout.slot > 0) {
    args.scratch = floats_at(workspace, layout.partials);
    args.slots = static_cast<int64_t>((workspace_bytes - layout.partials) / layout.slot);
  }
  if (lse == nullptr && ctx->device != nullptr && check['S'] > 0) {
    RowLseArgs first = {};
    first.in = args.in;
    first.lse = {floats_at(workspace, layout.partials), true, check['S']};
    const int32_t status = run(*ctx, __func__, stream, first, cpu::row_lse, &Device::row_lse);
    if (status != TKZ_OK) return status;
    args.lse = first.lse;
  }
  return run(*ctx, __func__, stream, args, cpu::attention_received, &Device::attention_received);
}

int32_t tkz_head_mean_logits(tkz_ctx* ctx, tkz_stream stream, const tkz_head_mean_params* params,
                             const tkz_ragged* ragged, const tkz_tensor* query,
                             const tkz_tensor* keys, const tkz_tensor* row_index,
                             const tkz_tensor* col_index, tkz_tensor* out) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_size(check, params);
  check_inputs(check, ctx, ragged, query, keys);
  check_list(check, row_index, "row_index", "BR");
  check_list(check, col_index, "col_index", "BC");
  check.tensor(out, "out", "BRC", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0 || check['R'] == 0 || check['C'] == 0) return check.status();
  HeadMeanArgs args = {};
  args.in = attention_inputs(check['B'], ragged, params->scale, *query, *keys);
  args.row_index = list_of(row_index);
  args.rows = check['R'];
  args.col_index = list_of(col_index);
  args.columns = check['C'];
  args.out = static_cast<float*>(out->data);
  return run(*ctx, __func__, stream, args, cpu::head_mean_logits, &Device::head_mean_logits);
}

int32_t tkz_head_mean_probabilities_workspace(const tkz_head_mean_params* params, int64_t batch,
                                              int64_t heads, int64_t rows, size_t* bytes) {
  ArgumentCheck check(__func__);
  check_size(check, params);
  check.not_null(bytes, "bytes");
  check_size_asked(check, batch, "batch");
  check_size_asked(check, heads, "heads");
  check_size_asked(check, rows, "rows");
  if (!check.ok()) return check.status();
  const size_t needed = part_bytes(sizeof(float), {batch, heads, rows});
  check_size_answered(check, needed);
  if (check.ok()) *bytes = needed;
  return check.status();
}

int32_t tkz_head_mean_probabilities(tkz_ctx* ctx, tkz_stream stream,
                                    const tkz_head_mean_params* params, const tkz_ragged* ragged,
                                    const tkz_tensor* query, const tkz_tensor* keys,
                                    const tkz_tensor* lse, const tkz_tensor* row_index,
                                    tkz_tensor* out, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_size(check, params);
  check_inputs(check, ctx, ragged, query, keys);
  if (lse != nullptr) check_lse(check, ragged, lse);
  check_list(check, row_index, "row_index", "BR");
  check.tensor(out, "out", "BRS", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0 || check['R'] == 0 || check['S'] == 0) return check.status();
  if (lse == nullptr) {
    check_workspace(check, workspace, workspace_bytes,
                    part_bytes(sizeof(float), {check['B'], check['H'], check['R']}));
    if (!check.ok()) return check.status();
  }
  HeadMeanArgs args = {};
  args.in = attention_inputs(check['B'], ragged, params->scale, *query, *keys);
  args.row_index = list_of(row_index);
  args.rows = check['R'];
  args.columns = check['S'];
  args.out = static_cast<float*>(out->data);
  if (lse != nullptr) {
    args.lse.data = static_cast<float*>(lse->data);
  } else {
    RowLseArgs first = {};
    first.in = args.in;
    first.row_index = args.row_index;
    first.lse = {floats_at(workspace, 0), true, args.rows};
    const int32_t status = run(*ctx, __func__, stream, first, cpu::row_lse, &Device::row_lse);
    if (status != TKZ_OK) return status;
    args.lse = first.lse;
  }
  return run(*ctx, __func__, stream, args, cpu::head_mean_probabilities,
             &Device::head_mean_probabilities);
}
