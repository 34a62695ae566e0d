/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Greedy choice of tokens that differ from one another, and the relevance they are weighed with.
 * The contract of every operator is in tokenzip.h; n stands for the tokens to choose from, m for
 * how many are wanted. On a GPU the greedy choices take an n of at most 8,192. Their `non_finite`
 * is [B] int32 and required.
 */
#ifndef TOKENZIP_DIVERSITY_H
#define TOKENZIP_DIVERSITY_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What the entries of a matrix say of two tokens. */
typedef enum tkz_matrix_kind {
  TKZ_DISTANCE = 0,  /**< d */
  TKZ_SIMILARITY = 1 /**< s, taken as the distance 1 - s */
} tkz_matrix_kind;

/** Set `size` to sizeof(tkz_greedy_max_min_params). */
typedef struct tkz_greedy_max_min_params {
  uint32_t size;
  int32_t input;    /**< tkz_matrix_kind */
  int32_t ranked;   /**< 0: indices ascending; 1: in the order of the picks */
  int32_t reserved; /**< 0 */
  int64_t m;        /**< tokens to pick, 0 to n; in a ragged batch limited to what a picture has */
} tkz_greedy_max_min_params;

/** Set `size` to sizeof(tkz_greedy_dpp_params). */
typedef struct tkz_greedy_dpp_params {
  uint32_t size;
  int32_t ranked; /**< 0: indices ascending; 1: in the order of the picks */
  int64_t m;      /**< tokens to pick, 0 to n; in a ragged batch limited to what a picture has */
} tkz_greedy_dpp_params;

/** Bytes of workspace for tkz_greedy_max_min. Pure arithmetic; `tokens` is n, or max_tokens. */
TKZ_API int32_t tkz_greedy_max_min_workspace(int64_t batch, int64_t tokens, size_t* bytes);

/** Farthest-point picks: first the token whose nearest other token is farthest away, then always
 *  the token farthest from all picked ones.
 *  matrix [B,n,n] fp32, symmetric; the diagonal is not looked at.
 *  indices [B,m] int32 contiguous, non_finite [B] int32.
 *  The flag tells of any entry off the diagonal. Nothing is looked at where nothing is chosen: when
 *  m is 0, or all tokens are taken and their order is not asked for.
 *  Source: DivPrune (arXiv 2503.02175). */
TKZ_API int32_t tkz_greedy_max_min(tkz_ctx* ctx, tkz_stream stream,
                                   const tkz_greedy_max_min_params* params,
                                   const tkz_ragged* ragged, const tkz_tensor* matrix,
                                   tkz_tensor* indices, int32_t* non_finite, void* workspace,
                                   size_t workspace_bytes);

/** Bytes of workspace for tkz_greedy_dpp. Pure arithmetic; `tokens` is n, or max_tokens. */
TKZ_API int32_t tkz_greedy_dpp_workspace(const tkz_greedy_dpp_params* params, int64_t batch,
                                         int64_t tokens, size_t* bytes);

/** Greedy maximum a posteriori choice of a determinantal point process with the kernel
 *  L_ij = w_i s_ij w_j: every pick is the token that multiplies the determinant most. Where none
 *  has more than 1e-6 of the largest L_ii left to give, the rest is filled up by L_ii.
 *  similarity [B,n,n] fp32, symmetric; weight [B,n] fp32 ([1,total] in a ragged batch) or NULL for
 *  L = similarity. indices [B,m] int32 contiguous, non_finite [B] int32. The flag tells of L_ii and
 *  of rows of L that took part. Nothing is looked at where nothing is chosen, as above.
 *  Source: CDPruner (arXiv 2506.10967), after Chen et al. (arXiv 1709.05135). */
TKZ_API int32_t tkz_greedy_dpp(tkz_ctx* ctx, tkz_stream stream, const tkz_greedy_dpp_params* params,
                               const tkz_ragged* ragged, const tkz_tensor* similarity,
                               const tkz_tensor* weight, tkz_tensor* indices, int32_t* non_finite,
                               void* workspace, size_t workspace_bytes);

/** Relevance from 0 to 1 within each picture: scaled = (r - min r + 1e-6) / (max r - min r), ones
 *  where max equals min. relevance [B,n] fp32, scaled [B,n] fp32 contiguous (both [1,total] in a
 *  ragged batch; tokens beyond max_tokens and outside every picture are 0). Values that are not
 *  finite make others that are not, which tkz_greedy_dpp then reports. Source: CDPruner. */
TKZ_API int32_t tkz_min_max_relevance(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                      const tkz_tensor* relevance, tkz_tensor* scaled);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_DIVERSITY_H */
