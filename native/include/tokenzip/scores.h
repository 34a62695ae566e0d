/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Scores of tokens: what attention, keys or a given map say of each.
 * The contract of every operator is in tokenzip.h.
 */
#ifndef TOKENZIP_SCORES_H
#define TOKENZIP_SCORES_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Scaled logits of one query per head, and the mean of the keys over heads, in one read of K.
 *  query [B,H,d], keys [B,H,S,d]: fp32|fp16|bf16, same dtype.
 *  logits [B,H,S] fp32 contiguous: scale * query . key.
 *  key_mean [B,S,d] fp32 contiguous: mean over heads.
 *  Source: VisionZip (arXiv 2412.04467), attention of the CLS query and key metric. */
TKZ_API int32_t tkz_cls_logits_key_mean(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* query,
                                        const tkz_tensor* keys, float scale, tkz_tensor* logits,
                                        tkz_tensor* key_mean);

/** Mean of the keys over heads: keys [B,H,S,d] -> key_mean [B,S,d] fp32 contiguous. */
TKZ_API int32_t tkz_head_mean_keys(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* keys,
                                   tkz_tensor* key_mean);

/** Sum over heads of row `row` of a softmax map: map [B,H,S,S] -> scores [B,S] fp32 contiguous. */
TKZ_API int32_t tkz_attention_row(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* map,
                                  int64_t row, tkz_tensor* scores);

/** Mean attention received, self included: scores[j] = 1/(H*S) sum over heads and rows of
 * map[.,i,j]. map [B,H,S,S] -> scores [B,S] fp32 contiguous. */
TKZ_API int32_t tkz_attention_received(tkz_ctx* ctx, tkz_stream stream, const tkz_tensor* map,
                                       tkz_tensor* scores);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_SCORES_H */
