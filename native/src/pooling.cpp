// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"
#include "pool_geometry.h"

using namespace tkz;

int32_t tkz_relevance(tkz_ctx* ctx, tkz_stream stream, const tkz_relevance_params* params,
                      const tkz_ragged* ragged, const tkz_tensor* features, const tkz_tensor* text,
                      tkz_tensor* scores, int32_t* non_finite) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx").not_null(params, "params");
  if (!check.ok()) return check.status();
  check
      .require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
               "size of params must be %zu, got %u", sizeof *params, params->size)
      .require(params->softmax == 0 || params->softmax == 1, TKZ_INVALID_ARGUMENT,
               "softmax of params must be 0 or 1, got %d", params->softmax)
      .require(std::isfinite(params->scale), TKZ_INVALID_ARGUMENT,
               "scale of params must be finite, got %g", static_cast<double>(params->scale));
  const bool packed = ragged != nullptr;
  const bool has_segments = text != nullptr && text->ndim == 3;
  check.ragged(ragged, 'B', 'N')
      .fix('R', 1, "a packed batch")
      .tensor(features, "features", packed ? "RTP" : "BNP", Types::kFloat, Layout::kStrided)
      .tensor(text, "text", has_segments ? "BKP" : "BP", Types::kFloat, Layout::kStrided)
      .same_dtype(features, "features", text, "text")
      .not_empty(has_segments ? "KP" : "P")
      .tensor(scores, "scores", packed ? "RT" : "BN", Types::kF32, Layout::kContiguous)
      .limit(ctx, check['P'], &DeviceLimits::relevance_dim, "width P");
  if (!check.ok() || check['B'] == 0) return check.status();

  RelevanceArgs args = {};
  args.dtype = dtype_of(*features);
  args.batch = check['B'];
  args.tokens = check['N'];
  args.dim = check['P'];
  args.segments = has_segments ? check['K'] : 1;
  args.ragged = ragged_of(ragged, features->shape[1]);
  args.features = features->data;
  args.features_stride_batch = stride_of(*features, 0);
  args.features_stride_token = stride_of(*features, 1);
  args.text = text->data;
  args.text_stride_batch = stride_of(*text, 0);
  args.text_stride_segment = has_segments ? stride_of(*text, 1) : 0;
  args.scale = params->scale;
  args.softmax = params->softmax != 0;
  args.scores = static_cast<float*>(scores->data);
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::relevance, &Device::relevance);
}

int32_t tkz_pool_size(const int64_t extent[3], tkz_prompt_pool_params* params) {
  ArgumentCheck check(__func__);
  check.not_null(extent, "extent").not_null(params, "params");
  if (!check.ok()) return check.status();
  check.require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
                "size of params must be %zu, got %u", sizeof *params, params->size);
  tkz_prompt_pool_params complete = *params;
  complete_pool(check, extent, complete);
  if (check.ok()) *params = complete;
  return check.status();
}

int32_t tkz_prompt_pool_3d(tkz_ctx* ctx, tkz_stream stream, const tkz_prompt_pool_params* params,
                           const tkz_ragged* ragged, const tkz_tensor* tokens,
                           const tkz_tensor* weight, tkz_tensor* out, int32_t* non_finite) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx").not_null(params, "params");
  if (!check.ok()) return check.status();
  check
      .require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
               "size of params must be %zu, got %u", sizeof *params, params->size)
      .require(params->temperature > 0.0f && std::isfinite(params->temperature),
               TKZ_INVALID_ARGUMENT, "temperature of params must be above 0, got %g",
               static_cast<double>(params->temperature));
  const bool packed = ragged != nullptr;
  check.ragged(ragged, 'B', 'T')
      .fix('R', 1, "a packed batch")
      .tensor(tokens, "tokens", packed ? "RNHWD" : "BTHWD", Types::kFloat, Layout::kStrided);
  if (weight != nullptr) {
    check.tensor(weight, "weight", packed ? "RNHW" : "BTHW", Types::kF32, Layout::kStrided);
  }
  if (!check.ok()) return check.status();

  const int64_t extent[3] = {check['T'], check['H'], check['W']};
  tkz_prompt_pool_params pool = *params;
  complete_pool(check, extent, pool);
  if (!check.ok()) return check.status();
  check.fix('F', pool.output[0], "the output size")
      .fix('I', pool.output[1], "the output size")
      .fix('J', pool.output[2], "the output size")
      .tensor(out, "out", "BFIJD", Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", out, "out");
  if (!check.ok() || check['B'] == 0) return check.status();

  PromptPool3dArgs args = {};
  args.dtype = dtype_of(*tokens);
  args.batch = check['B'];
  args.dim = check['D'];
  args.ragged = ragged_of(ragged, tokens->shape[1]);
  args.temperature = params->temperature;
  args.tokens = tokens->data;
  args.weight = weight != nullptr ? static_cast<const float*>(weight->data) : nullptr;
  args.out = out->data;
  args.non_finite = non_finite;
  for (int i = 0; i < 3; i++) {
    args.extent[i] = extent[i];
    args.kernel[i] = pool.kernel[i];
    args.stride[i] = pool.stride[i];
    args.output[i] = pool.output[i];
  }
  for (int i = 0; i < 4; i++) {
    args.tokens_stride[i] = stride_of(*tokens, i);
    args.weight_stride[i] = weight != nullptr ? stride_of(*weight, i) : 0;
    args.out_stride[i] = stride_of(*out, i);
  }
  return run(*ctx, __func__, stream, args, cpu::prompt_pool_3d, &Device::prompt_pool_3d);
}
