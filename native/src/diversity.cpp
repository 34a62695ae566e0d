// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "tokenzip/diversity.h"

#include <algorithm>

#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"

using namespace tkz;

namespace {

size_t align_up(size_t bytes) { return (bytes + 255) / 256 * 256; }

/// A float for every token.
size_t row_bytes(int64_t batch, int64_t tokens) {
  return align_up(static_cast<size_t>(batch * tokens) * sizeof(float));
}

/// Rows of the Cholesky factor.
size_t factor_bytes(int64_t batch, int64_t tokens, int64_t wanted) {
  return align_up(static_cast<size_t>(batch * tokens * std::min(wanted, tokens)) * sizeof(float));
}

/// Extents from which bytes can be computed without overflow.
void check_extents(ArgumentCheck& check, int64_t batch, int64_t tokens) {
  constexpr int64_t kMost = int64_t{1} << 20;
  check
      .require(batch >= 0 && batch <= kMost, TKZ_INVALID_SHAPE,
               "batch must be from 0 to %lld, got %lld", static_cast<long long>(kMost),
               static_cast<long long>(batch))
      .require(tokens >= 0 && tokens <= kMost, TKZ_INVALID_SHAPE,
               "tokens must be from 0 to %lld, got %lld", static_cast<long long>(kMost),
               static_cast<long long>(tokens));
}

template <class Params>
void check_params(ArgumentCheck& check, const Params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return;
  check
      .require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
               "params.size must be %zu, got %u", sizeof *params, params->size)
      .require(params->ranked == 0 || params->ranked == 1, TKZ_INVALID_ARGUMENT,
               "params.ranked must be 0 or 1, got %d", params->ranked)
      .require(params->m >= 0 && params->m <= INT32_MAX, TKZ_INVALID_ARGUMENT,
               "params.m must be from 0 to %d, got %lld", INT32_MAX,
               static_cast<long long>(params->m));
}

/// What both selections have: a square matrix in, a list and a flag per picture out.
void check_choice(ArgumentCheck& check, const tkz_ctx* ctx, const tkz_ragged* ragged,
                  const tkz_tensor* matrix, const char* matrix_name, int64_t wanted,
                  const tkz_tensor* indices, const int32_t* non_finite) {
  check.ragged(ragged, 'B', 'n')
      .tensor(matrix, matrix_name, "Bnn", Types::kF32, Layout::kStrided)
      .limit(ctx, check['n'], &DeviceLimits::greedy_tokens, "tokens n");
  if (!check.ok()) return;
  const int64_t tokens = check['n'];
  check
      .require(tokens <= INT32_MAX, TKZ_INVALID_SHAPE, "tokens n must be at most %d, got %lld",
               INT32_MAX, static_cast<long long>(tokens))
      .require(ragged != nullptr || wanted <= tokens, TKZ_INVALID_ARGUMENT,
               "params.m must be at most %lld, the tokens there are, got %lld",
               static_cast<long long>(tokens), static_cast<long long>(wanted))
      .fix('m', wanted, "params.m")
      .tensor(indices, "indices", "Bm", Types::kI32, Layout::kContiguous)
      .require(non_finite != nullptr || check['B'] == 0, TKZ_INVALID_ARGUMENT,
               "non_finite must not be null, got null");
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

/// One value per token: rows of all pictures one after another when they are ragged.
void check_values(ArgumentCheck& check, const tkz_ragged* ragged, const tkz_tensor* values,
                  const char* name, Layout layout) {
  if (ragged != nullptr) check.fix('P', 1, "a ragged batch");
  check.tensor(values, name, ragged != nullptr ? "PT" : "Bn", Types::kF32, layout);
}

}  // namespace

int32_t tkz_greedy_max_min_workspace(int64_t batch, int64_t tokens, size_t* bytes) {
  ArgumentCheck check(__func__);
  check.not_null(bytes, "bytes");
  check_extents(check, batch, tokens);
  if (!check.ok()) return check.status();
  *bytes = row_bytes(batch, tokens);
  return TKZ_OK;
}

int32_t tkz_greedy_max_min(tkz_ctx* ctx, tkz_stream stream, const tkz_greedy_max_min_params* params,
                           const tkz_ragged* ragged, const tkz_tensor* matrix, tkz_tensor* indices,
                           int32_t* non_finite, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  if (!check.ok()) return check.status();
  check
      .require(params->input == TKZ_DISTANCE || params->input == TKZ_SIMILARITY,
               TKZ_INVALID_ARGUMENT, "params.input must be 0 (distance) or 1 (similarity), got %d",
               params->input)
      .require(params->reserved == 0, TKZ_INVALID_ARGUMENT, "params.reserved must be 0, got %d",
               params->reserved);
  check_choice(check, ctx, ragged, matrix, "matrix", params->m, indices, non_finite);
  if (!check.ok() || check['B'] == 0) return check.status();
  check_workspace(check, workspace, workspace_bytes, row_bytes(check['B'], check['n']));
  if (!check.ok()) return check.status();

  GreedyMaxMinArgs args = {};
  args.batch = check['B'];
  args.tokens = check['n'];
  args.wanted = params->m;
  args.ragged = ragged_of(ragged);
  args.is_similarity = params->input == TKZ_SIMILARITY;
  args.is_ranked = params->ranked != 0;
  args.matrix = static_cast<const float*>(matrix->data);
  args.matrix_stride_batch = stride_of(*matrix, 0);
  args.matrix_stride_row = stride_of(*matrix, 1);
  args.nearest = static_cast<float*>(workspace);
  args.indices = static_cast<int32_t*>(indices->data);
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::greedy_max_min, &Device::greedy_max_min);
}

int32_t tkz_greedy_dpp_workspace(const tkz_greedy_dpp_params* params, int64_t batch, int64_t tokens,
                                 size_t* bytes) {
  ArgumentCheck check(__func__);
  check_params(check, params);
  check.not_null(bytes, "bytes");
  check_extents(check, batch, tokens);
  if (!check.ok()) return check.status();
  *bytes = row_bytes(batch, tokens) + factor_bytes(batch, tokens, params->m);
  return TKZ_OK;
}

int32_t tkz_greedy_dpp(tkz_ctx* ctx, tkz_stream stream, const tkz_greedy_dpp_params* params,
                       const tkz_ragged* ragged, const tkz_tensor* similarity,
                       const tkz_tensor* weight, tkz_tensor* indices, int32_t* non_finite,
                       void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  if (!check.ok()) return check.status();
  check_choice(check, ctx, ragged, similarity, "similarity", params->m, indices, non_finite);
  if (weight != nullptr) check_values(check, ragged, weight, "weight", Layout::kStrided);
  if (!check.ok() || check['B'] == 0) return check.status();
  const size_t gain_bytes = row_bytes(check['B'], check['n']);
  check_workspace(check, workspace, workspace_bytes,
                  gain_bytes + factor_bytes(check['B'], check['n'], params->m));
  if (!check.ok()) return check.status();

  GreedyDppArgs args = {};
  args.batch = check['B'];
  args.tokens = check['n'];
  args.wanted = params->m;
  args.ragged = ragged_of(ragged, weight != nullptr ? check['T'] : INT32_MAX);
  args.is_ranked = params->ranked != 0;
  args.similarity = static_cast<const float*>(similarity->data);
  args.similarity_stride_batch = stride_of(*similarity, 0);
  args.similarity_stride_row = stride_of(*similarity, 1);
  if (weight != nullptr) {
    args.weight = static_cast<const float*>(weight->data);
    args.weight_stride_batch = stride_of(*weight, 0);
  }
  args.gain = static_cast<float*>(workspace);
  args.factor = args.gain + gain_bytes / sizeof(float);
  args.indices = static_cast<int32_t*>(indices->data);
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::greedy_dpp, &Device::greedy_dpp);
}

int32_t tkz_min_max_relevance(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                              const tkz_tensor* relevance, tkz_tensor* scaled) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx").ragged(ragged, 'B', 'n');
  check_values(check, ragged, relevance, "relevance", Layout::kStrided);
  check_values(check, ragged, scaled, "scaled", Layout::kContiguous);
  if (!check.ok()) return check.status();
  const int64_t values = ragged != nullptr ? check['T'] : check['n'];
  if (check['B'] == 0 || values == 0) return TKZ_OK;

  MinMaxRelevanceArgs args = {};
  args.batch = check['B'];
  args.tokens = check['n'];
  args.ragged = ragged_of(ragged, values);
  args.relevance = static_cast<const float*>(relevance->data);
  args.relevance_stride_batch = stride_of(*relevance, 0);
  args.scaled = static_cast<float*>(scaled->data);
  return run(*ctx, __func__, stream, args, cpu::min_max_relevance, &Device::min_max_relevance);
}
