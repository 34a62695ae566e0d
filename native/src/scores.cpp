// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"

using namespace tkz;

int32_t tkz_cls_logits_key_mean(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* query,
                                const tkz_tensor* keys, float scale, tkz_tensor* logits,
                                tkz_tensor* key_mean) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .tensor(query, "query", "BHd", Types::kFloat, Layout::kStrided)
      .tensor(keys, "keys", "BHSd", Types::kFloat, Layout::kStrided)
      .same_dtype(query, "query", keys, "keys")
      .tensor(logits, "logits", "BHS", Types::kF32, Layout::kContiguous)
      .tensor(key_mean, "key_mean", "BSd", Types::kF32, Layout::kContiguous)
      .not_empty("Hd")
      .limit(ctx, check['H'], &DeviceLimits::heads, "heads H")
      .limit(ctx, check['d'], &DeviceLimits::head_dim, "head width d");
  if (!check.ok() || check.empty()) return check.status();
  const ClsLogitsKeyMeanArgs args = cls_logits_key_mean_args(
      query, *keys, scale, static_cast<float*>(logits->data), static_cast<float*>(key_mean->data));
  return run(*ctx, __func__, stream, args, cpu::cls_logits_key_mean, &Device::cls_logits_key_mean);
}

int32_t tkz_head_mean_keys(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* keys,
                           tkz_tensor* key_mean) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .tensor(keys, "keys", "BHSd", Types::kFloat, Layout::kStrided)
      .tensor(key_mean, "key_mean", "BSd", Types::kF32, Layout::kContiguous)
      .not_empty("Hd")
      .limit(ctx, check['H'], &DeviceLimits::heads, "heads H")
      .limit(ctx, check['d'], &DeviceLimits::head_dim, "head width d");
  if (!check.ok() || check.empty()) return check.status();
  const ClsLogitsKeyMeanArgs args =
      cls_logits_key_mean_args(nullptr, *keys, 1.0f, nullptr, static_cast<float*>(key_mean->data));
  return run(*ctx, __func__, stream, args, cpu::cls_logits_key_mean, &Device::cls_logits_key_mean);
}

int32_t tkz_attention_row(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* map, int64_t row,
                          tkz_tensor* scores) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .tensor(map, "map", "BHSS", Types::kFloat, Layout::kStrided)
      .tensor(scores, "scores", "BS", Types::kF32, Layout::kContiguous)
      .not_empty("H");
  if (!check.ok() || check.empty()) return check.status();
  check.require(row >= 0 && row < check['S'], TKZ_INVALID_ARGUMENT,
                "row must be from 0 to %lld, got %lld", static_cast<long long>(check['S'] - 1),
                static_cast<long long>(row));
  if (!check.ok()) return check.status();
  return run(*ctx, __func__, stream, attention_map_args(*map, row, *scores), cpu::attention_row,
             &Device::attention_row);
}

int32_t tkz_attention_received(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* map,
                               tkz_tensor* scores) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .tensor(map, "map", "BHSS", Types::kFloat, Layout::kStrided)
      .tensor(scores, "scores", "BS", Types::kF32, Layout::kContiguous)
      .not_empty("H");
  if (!check.ok() || check.empty()) return check.status();
  return run(*ctx, __func__, stream, attention_map_args(*map, 0, *scores), cpu::attention_received,
             &Device::attention_received);
}
