// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"

using namespace tkz;

int32_t tkz_cls_logits_key_mean(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                const tkz_tensor* query, const tkz_tensor* keys, float scale,
                                tkz_tensor* logits, tkz_tensor* key_mean) {
  ArgumentCheck check(__func__);
  const bool packed = ragged != nullptr;
  check.not_null(ctx, "ctx")
      .ragged(ragged, 'B', 'S')
      .fix('P', 1, "a packed batch")
      .tensor(query, "query", "BHd", Types::kFloat, Layout::kStrided)
      .tensor(keys, "keys", packed ? "PHTd" : "BHSd", Types::kFloat, Layout::kStrided)
      .same_dtype(query, "query", keys, "keys")
      .tensor(logits, "logits", packed ? "PHT" : "BHS", Types::kF32, Layout::kContiguous)
      .tensor(key_mean, "key_mean", packed ? "PTd" : "BSd", Types::kF32, Layout::kContiguous)
      .not_empty("Hd")
      .limit(ctx, check['H'], &DeviceLimits::heads, "heads H")
      .limit(ctx, check['d'], &DeviceLimits::head_dim, "head width d");
  if (!check.ok() || check.empty()) return check.status();
  const ClsLogitsKeyMeanArgs args =
      cls_logits_key_mean_args(query, *keys, scale, static_cast<float*>(logits->data),
                               static_cast<float*>(key_mean->data), ragged);
  return run(*ctx, __func__, stream, args, cpu::cls_logits_key_mean, &Device::cls_logits_key_mean);
}

int32_t tkz_head_mean_keys(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                           const tkz_tensor* keys, tkz_tensor* key_mean) {
  ArgumentCheck check(__func__);
  const bool packed = ragged != nullptr;
  check.not_null(ctx, "ctx")
      .ragged(ragged, 'B', 'S')
      .fix('P', 1, "a packed batch")
      .tensor(keys, "keys", packed ? "PHTd" : "BHSd", Types::kFloat, Layout::kStrided)
      .tensor(key_mean, "key_mean", packed ? "PTd" : "BSd", Types::kF32, Layout::kContiguous)
      .not_empty("Hd")
      .limit(ctx, check['H'], &DeviceLimits::heads, "heads H")
      .limit(ctx, check['d'], &DeviceLimits::head_dim, "head width d");
  if (!check.ok() || check.empty()) return check.status();
  const ClsLogitsKeyMeanArgs args = cls_logits_key_mean_args(
      nullptr, *keys, 1.0f, nullptr, static_cast<float*>(key_mean->data), ragged);
  return run(*ctx, __func__, stream, args, cpu::cls_logits_key_mean, &Device::cls_logits_key_mean);
}
