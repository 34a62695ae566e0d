// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "arguments_of.h"
#include "common/quantile_rule.h"
#include "cpu/operators.h"
#include "penalty_check.h"

using namespace tkz;

namespace {

template <class T>
T* data_of(const tkz_tensor* tensor) {
  return tensor == nullptr ? nullptr : static_cast<T*>(tensor->data);
}

/// `packed`: a tensor with the rows of all pictures, or null where only counts matter.
Ragged ragged_of(const tkz_ragged* ragged, const tkz_tensor* packed) {
  if (ragged == nullptr) return {};
  return {ragged->offsets, packed == nullptr ? INT32_MAX : packed->shape[1], ragged->max_tokens};
}

/// One value per token: [B,N], or [1,total] of a ragged batch.
void check_token_values(ArgumentCheck& check, const tkz_ragged* ragged, const tkz_tensor* tensor,
                        const char* name, Types types, Layout layout) {
  if (ragged == nullptr) {
    check.tensor(tensor, name, "BN", types, layout);
  } else {
    check.fix('O', 1, "a ragged batch").tensor(tensor, name, "OT", types, layout);
  }
}

void check_scores(ArgumentCheck& check, const tkz_ragged* ragged, const tkz_tensor* scores) {
  check.ragged(ragged, 'B', 'N');
  check_token_values(check, ragged, scores, "scores", Types::kF32, Layout::kStrided);
  check.require(check['N'] <= INT32_MAX && check['T'] <= INT32_MAX, TKZ_INVALID_SHAPE,
                "scores must have at most %d values per picture, got %lld", INT32_MAX,
                static_cast<long long>(ragged == nullptr ? check['N'] : check['T']));
}

void check_optional(ArgumentCheck& check, const tkz_tensor* tensor, const char* name,
                    const char* letters, Types types) {
  if (tensor != nullptr) check.tensor(tensor, name, letters, types, Layout::kContiguous);
}

template <class Params>
bool check_size(ArgumentCheck& check, const Params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return false;
  check.require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
                "params.size must be %zu, got %u", sizeof *params, params->size);
  return check.ok();
}

void check_reserved(ArgumentCheck& check, int32_t reserved) {
  check.require(reserved == 0, TKZ_INVALID_ARGUMENT, "params.reserved must be 0, got %d", reserved);
}

/// Entry counts of pictures: from the batch or from `counts`, not from both.
void check_counts(ArgumentCheck& check, const tkz_ragged* ragged, const tkz_tensor* counts) {
  check.require(ragged == nullptr || counts == nullptr, TKZ_INVALID_ARGUMENT,
                "counts must be null as the batch is ragged, got a tensor");
  check_optional(check, counts, "counts", "B", Types::kI32);
}

}  // namespace

int32_t tkz_top_k(tkz_ctx* ctx, tkz_stream stream, const tkz_top_k_params* params,
                  const tkz_ragged* ragged, const tkz_tensor* scores, tkz_tensor* indices,
                  tkz_tensor* values, int32_t* non_finite) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  if (!check_size(check, params)) return check.status();
  check.require(params->ranked == 0 || params->ranked == 1, TKZ_INVALID_ARGUMENT,
                "params.ranked must be 0 or 1, got %d", params->ranked);
  check_scores(check, ragged, scores);
  const int64_t tokens = check['N'], k = params->k;
  const int64_t most = ragged == nullptr ? tokens : INT32_MAX;
  check.require(k >= 0 && k <= most, TKZ_INVALID_ARGUMENT,
                "params.k must be from 0 to %lld, got %lld", static_cast<long long>(most),
                static_cast<long long>(k));
  check.fix('k', k, "params.k").tensor(indices, "indices", "Bk", Types::kI32, Layout::kContiguous);
  check_optional(check, values, "values", "Bk", Types::kF32);
  check.limit(ctx, tokens, &DeviceLimits::top_k_tokens, "tokens N");
  if (params->ranked) {
    check.limit(ctx, k < tokens ? k : tokens, &DeviceLimits::ranked_tokens, "ranked k");
  }
  if (!check.ok() || check['B'] == 0) return check.status();
  const TopKArgs args = {check['B'],
                         tokens,
                         k,
                         params->ranked == 1,
                         ragged_of(ragged, scores),
                         data_of<const float>(scores),
                         stride_of(*scores, 0),
                         data_of<int32_t>(indices),
                         data_of<float>(values),
                         non_finite};
  return run(*ctx, __func__, stream, args, cpu::top_k, &Device::top_k);
}

int32_t tkz_threshold_select(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                             const tkz_tensor* scores, const tkz_tensor* threshold,
                             tkz_tensor* indices, tkz_tensor* count, int32_t* non_finite) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_scores(check, ragged, scores);
  check.tensor(threshold, "threshold", "B", Types::kF32, Layout::kContiguous)
      .tensor(indices, "indices", "BK", Types::kI32, Layout::kContiguous)
      .tensor(count, "count", "B", Types::kI32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0) return check.status();
  const ThresholdSelectArgs args = {check['B'],
                                    check['N'],
                                    check['K'],
                                    ragged_of(ragged, scores),
                                    data_of<const float>(scores),
                                    stride_of(*scores, 0),
                                    data_of<const float>(threshold),
                                    data_of<int32_t>(indices),
                                    data_of<int32_t>(count),
                                    non_finite};
  return run(*ctx, __func__, stream, args, cpu::threshold_select, &Device::threshold_select);
}

int32_t tkz_stride_targets(tkz_ctx* ctx, tkz_stream stream, const tkz_stride_targets_params* params,
                           const tkz_ragged* ragged, const tkz_tensor* counts,
                           tkz_tensor* indices) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  if (!check_size(check, params)) return check.status();
  check_reserved(check, params->reserved);
  const int64_t most = ragged == nullptr ? INT32_MAX : 0;
  check
      .require(params->tokens >= 0 && params->tokens <= most, TKZ_INVALID_ARGUMENT,
               "params.tokens must be from 0 to %lld%s, got %lld", static_cast<long long>(most),
               ragged == nullptr ? "" : " as the batch is ragged",
               static_cast<long long>(params->tokens))
      .ragged(ragged, 'B', 'N')
      .tensor(indices, "indices", "Bc", Types::kI32, Layout::kContiguous);
  check_counts(check, ragged, counts);
  if (!check.ok()) return check.status();
  const StrideTargetsArgs args = {check['B'],
                                  ragged == nullptr ? params->tokens : ragged->max_tokens,
                                  check['c'],
                                  ragged_of(ragged, nullptr),
                                  data_of<const int32_t>(counts),
                                  data_of<int32_t>(indices)};
  return run(*ctx, __func__, stream, args, cpu::stride_targets, &Device::stride_targets);
}

int32_t tkz_quantile_select(tkz_ctx* ctx, tkz_stream stream,
                            const tkz_quantile_select_params* params, const tkz_ragged* ragged,
                            const tkz_tensor* values, const tkz_tensor* counts, tkz_tensor* indices,
                            tkz_tensor* count, int32_t* non_finite) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  if (!check_size(check, params)) return check.status();
  check_reserved(check, params->reserved);
  check
      .require(params->epsilon >= 0 && params->epsilon <= 1, TKZ_INVALID_ARGUMENT,
               "params.epsilon must be from 0 to 1, got %g", params->epsilon)
      .ragged(ragged, 'B', 'n')
      .tensor(values, "values", "BRn", Types::kF32, Layout::kStrided)
      .require(check['n'] <= INT32_MAX, TKZ_INVALID_SHAPE,
               "values must have at most %d entries per row, got %lld", INT32_MAX,
               static_cast<long long>(check['n']));
  check_counts(check, ragged, counts);
  check.tensor(indices, "indices", "BRK", Types::kI32, Layout::kContiguous)
      .tensor(count, "count", "BR", Types::kI32, Layout::kContiguous);
  check.limit(ctx, check['n'], &DeviceLimits::top_k_tokens, "entries n");
  if (!check.ok() || check['B'] == 0) return check.status();
  const QuantileSelectArgs args = {check['B'],
                                   check['R'],
                                   check['n'],
                                   check['K'],
                                   params->epsilon,
                                   ragged_of(ragged, nullptr),
                                   data_of<const int32_t>(counts),
                                   data_of<const float>(values),
                                   stride_of(*values, 0),
                                   stride_of(*values, 1),
                                   data_of<int32_t>(indices),
                                   data_of<int32_t>(count),
                                   non_finite};
  return run(*ctx, __func__, stream, args, cpu::quantile_select, &Device::quantile_select);
}

int64_t tkz_quantile_count(double epsilon, int64_t n) {
  return epsilon >= 0 && epsilon <= 1 ? quantile_count(epsilon, n) : -1;
}

int32_t tkz_local_penalty(tkz_ctx* ctx, tkz_stream stream, const tkz_local_penalty_params* params,
                          const tkz_ragged* ragged, const tkz_tensor* scores,
                          const tkz_tensor* position, tkz_tensor* out, int32_t* non_finite) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  if (!check_size(check, params)) return check.status();
  const tkz_local_penalty_params& p = *params;
  check_penalty(check, p);
  check_scores(check, ragged, scores);
  check_token_values(check, ragged, position, "position", Types::kI32, Layout::kStrided);
  check_token_values(check, ragged, out, "out", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0) return check.status();
  const LocalPenaltyArgs args = {check['B'],
                                 check['N'],
                                 {p.grid_h, p.grid_w, p.window_h, p.window_w},
                                 p.coefficient,
                                 ragged_of(ragged, scores),
                                 data_of<const float>(scores),
                                 stride_of(*scores, 0),
                                 data_of<const int32_t>(position),
                                 stride_of(*position, 0),
                                 data_of<float>(out),
                                 non_finite};
  return run(*ctx, __func__, stream, args, cpu::local_penalty, &Device::local_penalty);
}
