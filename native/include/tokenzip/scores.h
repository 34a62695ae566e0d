/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Scores of tokens: what attention, keys or a given map say of each.
 * The contract of every operator is in tokenzip.h. Scores and means are fp32 and contiguous; what
 * they are computed from has any strides.
 */
#ifndef TOKENZIP_SCORES_H
#define TOKENZIP_SCORES_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How the heads of an attention layer become one score. The ranking is the same. */
typedef enum tkz_head_reduction { TKZ_HEADS_SUM = 0, TKZ_HEADS_MEAN = 1 } tkz_head_reduction;

/* ---------------------------------------------------------------------------------------------- */
/* From queries and keys                                                                          */
/* ---------------------------------------------------------------------------------------------- */

/** Scaled logits of one query per head, and the mean of the keys over heads, in one read of K.
 *  query [B,H,d], keys [B,H,S,d]: fp32|fp16|bf16, same dtype.
 *  logits [B,H,S] fp32 contiguous: scale * query . key.
 *  key_mean [B,S,d] fp32 contiguous: mean over heads. On a GPU H is at most 64 and d at most 128.
 *  Ragged: query [batch,H,d], keys [1,H,total,d], logits [1,H,total], key_mean [1,total,d]; tokens
 *  of no picture are not written.
 *  Source: VisionZip (arXiv 2412.04467), attention of the CLS query and key metric. */
TKZ_API int32_t tkz_cls_logits_key_mean(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                        const tkz_tensor* query, const tkz_tensor* keys,
                                        float scale, tkz_tensor* logits, tkz_tensor* key_mean);

/** Mean of the keys over heads: keys [B,H,S,d] -> key_mean [B,S,d] fp32 contiguous.
 *  On a GPU H is at most 64 and d at most 128.
 *  Ragged: keys [1,H,total,d], key_mean [1,total,d]; tokens of no picture are not written. */
TKZ_API int32_t tkz_head_mean_keys(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                   const tkz_tensor* keys, tkz_tensor* key_mean);

/** Attention row of tkz_attention_row. Set `size` to sizeof(tkz_attention_row_params). */
typedef struct tkz_attention_row_params {
  uint32_t size;
  int32_t reduce; /**< tkz_head_reduction */
  float scale;    /**< factor on q.k, 1/sqrt(d) as a rule */
} tkz_attention_row_params;

/** Bytes of workspace for tkz_attention_row with H query heads. In a ragged batch `batch` is its
 *  number of pictures and `tokens` its max_tokens. Pure arithmetic. */
TKZ_API int32_t tkz_attention_row_workspace(const tkz_attention_row_params* params, int64_t batch,
                                            int64_t heads, int64_t tokens, size_t* bytes);

/** Attention that one query per picture pays to every token: softmax over all S keys of scale * q.k
 *  per head, then the sum or the mean over heads. Any query that may see all of the keys will do:
 *  that of CLS (VisionZip, EViT), or of the last token of a prompt (FastV).
 *  query [B,H,d], keys [B,K,S,d]: fp32|fp16|bf16, same dtype. H is a multiple of the K key heads:
 *  query head h uses key head h / (H/K). On a GPU H is at most 128 and d at most 256.
 *  scores [B,S] fp32 contiguous. non_finite [B], may be NULL: 1 where a logit is NaN or infinite,
 *  else 0, also for pictures without tokens; the scores of a flagged picture are meaningless.
 *  workspace: see tkz_attention_row_workspace; aligned to 256 bytes.
 *  Ragged: query [batch,H,d], keys [1,K,total,d], scores [1,total]; tokens of no picture are not
 *  written. Two launches. */
TKZ_API int32_t tkz_attention_row(tkz_ctx* ctx, tkz_stream stream,
                                  const tkz_attention_row_params* params, const tkz_ragged* ragged,
                                  const tkz_tensor* query, const tkz_tensor* keys,
                                  tkz_tensor* scores, int32_t* non_finite, void* workspace,
                                  size_t workspace_bytes);

/* ---------------------------------------------------------------------------------------------- */
/* From maps that exist already                                                                   */
/*                                                                                                */
/* map [B,H,S,S] fp32|fp16|bf16 holds probabilities: row i is what token i pays. Maps of a ragged */
/* batch are padded, [batch,H,max_tokens,max_tokens]; of each only the corner of the picture's    */
/* own tokens is read. No sizes are too large for a GPU.                                          */
/* ---------------------------------------------------------------------------------------------- */

/** Row `row` of a map, summed or averaged over heads: scores [B,S] fp32 contiguous.
 *  row: 0 to S - 1, or -1 for the last one of each picture. reduce: tkz_head_reduction.
 *  Ragged: scores [1,total]. A picture that has no such row gets scores of 0; tokens of no picture
 *  are not written. */
TKZ_API int32_t tkz_attention_row_from_map(tkz_ctx* ctx, tkz_stream stream,
                                           const tkz_ragged* ragged, const tkz_tensor* map,
                                           int64_t row, int32_t reduce, tkz_tensor* scores);

/** Mean attention that tokens receive, over heads and the rows [row_begin, row_end):
 *  scores[j - col_begin] = mean of map[.,i,j], for the columns j in [col_begin, col_end).
 *  Begins are 0 to S; ends are their begin to S, or -1 for the end of the picture.
 *  scores [B, col_end - col_begin] fp32 contiguous (S - col_begin when col_end is -1); 0 where no
 *  row is left.
 *  Ragged: S is max_tokens, scores [batch, ..] are padded. Rows and columns are limited to what the
 *  picture has: the mean is over its own rows, and columns beyond it get 0.
 *  Source: VisionZip (arXiv 2412.04467) without CLS: all rows and columns. */
TKZ_API int32_t tkz_attention_received_from_map(tkz_ctx* ctx, tkz_stream stream,
                                                const tkz_ragged* ragged, const tkz_tensor* map,
                                                int64_t row_begin, int64_t row_end,
                                                int64_t col_begin, int64_t col_end,
                                                tkz_tensor* scores);

/** Mean of maps over heads: map [B,H,S,S] -> mean [B,S,S] fp32 contiguous.
 *  Ragged: mean [batch,max_tokens,max_tokens], 0 outside the corner of a picture's own tokens. */
TKZ_API int32_t tkz_head_mean_map(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                  const tkz_tensor* map, tkz_tensor* mean);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_SCORES_H */
