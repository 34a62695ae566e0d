/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Relevance of tokens to a text, and pooling guided by it.
 * The contract of every operator is in tokenzip.h. Where no limit is stated, a GPU takes any size.
 */
#ifndef TOKENZIP_POOLING_H
#define TOKENZIP_POOLING_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How relevance is expressed. Set `size` to sizeof(tkz_relevance_params). */
typedef struct tkz_relevance_params {
  uint32_t size;
  int32_t softmax; /**< 1: softmax over all tokens of a picture; 0: the values themselves */
  float scale;     /**< factor on the cosine: exp(logit_scale) for a softmax, 1 or -1 without */
} tkz_relevance_params;

/** How much each token has to do with a text: scale * mean over k of cos(text[k], features[n]),
 *  turned into a softmax over n if asked.
 *  features [B,N,P]; text [B,P], or [B,K,P] when a text has K >= 1 segments: fp32|fp16|bf16, same
 *  dtype, P of 1 or more. The cosine with an all-zero vector is 0, whatever the lengths otherwise.
 *  scores [B,N] fp32 contiguous. On a GPU P is at most 8,192.
 *  non_finite [B], may be NULL: 1 where a value is NaN or infinite, else 0.
 *  Ragged: features [1,total,P], text [batch,..,P], scores [1,total]; a softmax is over the tokens
 *  of its picture, and tokens of no picture are not written.
 *  Source: PPLLaVA (arXiv 2411.02327), vision-prompt alignment; without softmax, CDPruner (arXiv
 *  2506.10967), step 1. */
TKZ_API int32_t tkz_relevance(tkz_ctx* ctx, tkz_stream stream, const tkz_relevance_params* params,
                              const tkz_ragged* ragged, const tkz_tensor* features,
                              const tkz_tensor* text, tkz_tensor* scores, int32_t* non_finite);

/** Windows of a pooling over frames, rows and columns (in this order). Set `size` to
 *  sizeof(tkz_prompt_pool_params). Of kernel, stride and output some may be left out as {0, 0, 0};
 *  what is enough, axis by axis with I the extent of the input:
 *   - kernel and stride: output = floor((I - kernel) / stride) + 1, all windows that fit;
 *   - output: stride = floor(I / output), kernel = I - (output - 1) * stride;
 *   - output and stride: kernel = I - (output - 1) * stride;
 *   - output and kernel: stride = floor((I - kernel) / (output - 1)), 1 when output is 1;
 *   - all three, when that many windows fit.
 *  What lies behind the last window is not read. */
typedef struct tkz_prompt_pool_params {
  uint32_t size;
  float temperature; /**< of the softmax within a window; above 0. Published: 0.01 */
  int64_t kernel[3];
  int64_t stride[3];
  int64_t output[3];
} tkz_prompt_pool_params;

/** Completes kernel, stride and output for an input of `extent` frames, rows and columns. Fails
 *  when they are too few or contradict the input. Pure arithmetic. */
TKZ_API int32_t tkz_pool_size(const int64_t extent[3], tkz_prompt_pool_params* params);

/** Weighted mean of every window: w = softmax over the window of weight / temperature (the largest
 *  subtracted), out = sum of w * token, added in raster order in fp32 and rounded once. A token
 *  whose w is less than e^-64 of the window's largest is left out.
 *  tokens [B,T,H,W,D]; out [B,T',H',W',D], same dtype, with the output size of `params` (completed
 *  as by tkz_pool_size). weight [B,T,H,W] fp32, or NULL for a plain average. B and D may be 0; T, H
 *  and W have to hold a window.
 *  non_finite [B], may be NULL: 1 where a weight that some window reads is NaN or infinite, else 0.
 *  Ragged: pictures (videos) of different frame counts. tokens [1,total,H,W,D] and weight
 *  [1,total,H,W]; offsets count frames and max_tokens is the largest T, for which T' is computed;
 *  out is [batch,T',H',W',D], zeros beyond the windows that fit into a picture's own frames.
 *  Source: PPLLaVA (arXiv 2411.02327), prompt-guided pooling, as published in code. */
TKZ_API int32_t tkz_prompt_pool_3d(tkz_ctx* ctx, tkz_stream stream,
                                   const tkz_prompt_pool_params* params, const tkz_ragged* ragged,
                                   const tkz_tensor* tokens, const tkz_tensor* weight,
                                   tkz_tensor* out, int32_t* non_finite);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_POOLING_H */
