/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What attention says of tokens, from its queries and keys: no S x S map is ever stored.
 * The contract of every operator is in tokenzip.h.
 *
 * query [B,H,S,d], keys [B,K,S,d]: fp32|fp16|bf16, same dtype. H is a multiple of the K key heads:
 * query head h uses key head h / (H/K). `scale` is the factor on q.k, 1/sqrt(d) as a rule.
 * Ragged: [1,H,total,d] and [1,K,total,d]. On a GPU d is at most 128, and products of 16-bit
 * elements run on the tensor cores.
 *
 * lse: natural logarithm of the sum of e^logit of every query row, over all S keys of its picture:
 * [B,H,S] fp32 contiguous, ragged [1,H,total]. Fused attention leaves it behind, tkz_row_lse finds
 * it. Where it may be NULL it is found in workspace.
 */
#ifndef TOKENZIP_ATTENTION_H
#define TOKENZIP_ATTENTION_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Log-sum-exp of the scaled logits of every query row. NaN where a logit of the row is not finite.
 *  Ragged: rows of no picture are not written. One launch. */
TKZ_API int32_t tkz_row_lse(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged, float scale,
                            const tkz_tensor* query, const tkz_tensor* keys, tkz_tensor* lse);

/** What tkz_attention_received averages. Set `size` to sizeof(tkz_attention_received_params). */
typedef struct tkz_attention_received_params {
  uint32_t size;
  float scale;       /**< factor on q.k */
  int64_t row_begin; /**< queries that pay: [row_begin, row_end), -1: to the picture's end */
  int64_t row_end;
  int64_t col_begin; /**< tokens that receive: [col_begin, col_end), -1: to the picture's end */
  int64_t col_end;
  int32_t per_head; /**< 1: one score per head, 0: their mean */
  int32_t reserved; /**< 0 */
} tkz_attention_received_params;

/** Bytes of workspace for tkz_attention_received with H query heads of width d. In a ragged batch
 *  `batch` is its number of pictures and `tokens` its max_tokens. Pure arithmetic, except that the
 *  CPU backend asks for room for every thread; with less room fewer threads work, and the least is
 *  what a context of one thread asks for. */
TKZ_API int32_t tkz_attention_received_workspace(const tkz_ctx* ctx,
                                                 const tkz_attention_received_params* params,
                                                 int64_t batch, int64_t heads, int64_t tokens,
                                                 int64_t head_dim, size_t* bytes);

/** Mean attention that tokens receive: scores[j - col_begin] = mean over the rows i of the softmax,
 *  over all S keys, of scale * q_i.k_j; then the mean over heads, or per head.
 *  Begins are 0 to S; ends are their begin to S, or -1.
 *  lse: may be NULL. scores [B,C], per head [B,H,C], fp32 contiguous, C = col_end - col_begin
 *  (S - col_begin when col_end is -1); 0 where no row is left.
 *  non_finite [B], may be NULL: 1 where a logit or lse that was used is NaN or infinite, else 0.
 *  workspace: see tkz_attention_received_workspace; aligned to 256 bytes.
 *  Ragged: S is max_tokens; rows and columns are limited to what the picture has, columns beyond it
 *  get 0. Two launches, three without lse.
 *  Source: VisionZip (arXiv 2412.04467) without CLS; FiCoCo (arXiv 2411.17686). */
TKZ_API int32_t tkz_attention_received(tkz_ctx* ctx, tkz_stream stream,
                                       const tkz_attention_received_params* params,
                                       const tkz_ragged* ragged, const tkz_tensor* query,
                                       const tkz_tensor* keys, const tkz_tensor* lse,
                                       tkz_tensor* scores, int32_t* non_finite, void* workspace,
                                       size_t workspace_bytes);

/** Parameters of the means over heads. Set `size` to sizeof(tkz_head_mean_params). */
typedef struct tkz_head_mean_params {
  uint32_t size;
  float scale; /**< factor on q.k; the mean over heads comes on top */
} tkz_head_mean_params;

/** Mean over heads of the scaled logits, before any mask or softmax, for listed rows and columns:
 *  out[b,i,j] = scale/H * sum over heads of q[row_index[b,i]] . k[col_index[b,j]].
 *  row_index [B,R], col_index [B,C]: int32 contiguous, counting within the picture; NULL stands for
 *  all S tokens. A row or column whose index is -1 (or that a picture does not have) is 0.
 *  out [B,R,C] fp32 contiguous. Ragged: lists and out are [batch,..], S is max_tokens. One launch.
 *  Source: FiCoCo (arXiv 2411.17686), decoder. */
TKZ_API int32_t tkz_head_mean_logits(tkz_ctx* ctx, tkz_stream stream,
                                     const tkz_head_mean_params* params, const tkz_ragged* ragged,
                                     const tkz_tensor* query, const tkz_tensor* keys,
                                     const tkz_tensor* row_index, const tkz_tensor* col_index,
                                     tkz_tensor* out);

/** Bytes of workspace for tkz_head_mean_probabilities of `rows` listed rows (S without a list) per
 *  picture. Pure arithmetic. */
TKZ_API int32_t tkz_head_mean_probabilities_workspace(const tkz_head_mean_params* params,
                                                      int64_t batch, int64_t heads, int64_t rows,
                                                      size_t* bytes);

/** Mean over heads of the softmax of listed query rows: out[b,i,j] = mean over heads of the
 *  attention that row_index[b,i] pays to token j.
 *  lse: may be NULL. row_index [B,R] int32 contiguous, as in tkz_head_mean_logits. out [B,R,S] fp32
 *  contiguous. workspace: see tkz_head_mean_probabilities_workspace; aligned to 256 bytes; may be
 *  NULL when lse is given.
 *  Ragged: lists and out are [batch,..], S is max_tokens; columns beyond the picture are 0. One
 *  launch, two without lse.
 *  Source: FiCoCo (arXiv 2411.17686), vision tower. */
TKZ_API int32_t tkz_head_mean_probabilities(tkz_ctx* ctx, tkz_stream stream,
                                            const tkz_head_mean_params* params,
                                            const tkz_ragged* ragged, const tkz_tensor* query,
                                            const tkz_tensor* keys, const tkz_tensor* lse,
                                            const tkz_tensor* row_index, tkz_tensor* out,
                                            void* workspace, size_t workspace_bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_ATTENTION_H */
