/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which token is like which: nearest targets, similarity matrices and neighbours by cosine.
 * The contract of every operator is in tokenzip.h.
 *
 * Rules that all four share
 *  - The cosine with an all-zero row is 0. A row's cosine with itself is 1 but for rounding.
 *  - `centred`, which all but tkz_mean_cosine have, subtracts from every row the mean of all rows
 *    of its picture first, also of those that take no part. Rows of another tensor Y have their
 *    own mean subtracted, the one over all rows of Y of that picture.
 *  - non_finite [B], may be NULL: 1 when a row that takes part holds a NaN or infinity, 0
 *    otherwise. With `centred` one such row makes all rows of its picture such.
 *  - In a ragged batch tokens is [1,total,d]; another tensor Y stays [B,m,d], m rows per picture.
 *    Outputs with one entry per row are packed like it; rows that belong to no picture are left
 *    as they are.
 *  - `workspace` is aligned to 256 bytes and holds what tkz_cosine_workspace says.
 *  - But for the 32 neighbours of tkz_top_neighbours, no sizes are too large for a GPU.
 */
#ifndef TOKENZIP_ASSIGNMENT_H
#define TOKENZIP_ASSIGNMENT_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkz_cosine_params {
  uint32_t size;   /**< sizeof(tkz_cosine_params) */
  int32_t centred; /**< 0 or 1 */
} tkz_cosine_params;

typedef struct tkz_top_neighbours_params {
  uint32_t size;        /**< sizeof(tkz_top_neighbours_params) */
  int32_t centred;      /**< 0 or 1 */
  int32_t neighbours;   /**< q, 0 or more; at most 32 on a GPU */
  int32_t exclude_self; /**< 1: a row is not its own neighbour; only without another tensor Y */
} tkz_top_neighbours_params;

/** Bytes of workspace for any operator of this header on `batch` pictures: `rows` rows of X in all,
 *  `other_rows` rows of Y in all (0 when Y is X), width `dim`. */
TKZ_API int32_t tkz_cosine_workspace(int64_t batch, int64_t rows, int64_t other_rows, int64_t dim,
                                     size_t* bytes);

/** CosineAssign: the target of largest cosine for every source; of equal ones the first.
 *  source X [B,n,d], target Y [B,m,d]: fp32|fp16|bf16, same dtype. Y may be NULL or the very view X
 *  is: its rows are then those of X.
 *  source_index int32 [B,K] contiguous, may be NULL: the rows of X that are sources, numbered
 *  within their picture; without it all are. target_index int32 [B,M] likewise, of Y. Entries that
 *  are not a row, as the -1 at the end of a list, are no source and no target.
 *  index int32 contiguous, one per source ([B,K], or [B,n] without source_index, ragged [1,total]):
 *  the position of the target in target_index, or its row without one; -1 where there is no source
 *  or no target. A zero source goes to the first target.
 *  best fp32, shaped like index, contiguous, may be NULL: that cosine; 0 where index is -1.
 *  fp16 and bf16 rows that are not centred are multiplied by tensor cores: exact products summed in
 *  fp32, in the machine's order.
 *  Source: VisionZip (arXiv 2412.04467) and ToMe (arXiv 2210.09461), matching of tokens by keys. */
TKZ_API int32_t tkz_cosine_assign(tkz_ctx* ctx, tkz_stream stream, const tkz_cosine_params* params,
                                  const tkz_ragged* ragged, const tkz_tensor* source,
                                  const tkz_tensor* source_index, const tkz_tensor* target,
                                  const tkz_tensor* target_index, tkz_tensor* index,
                                  tkz_tensor* best, int32_t* non_finite, void* workspace,
                                  size_t workspace_bytes);

/** CosineMatrix: tokens [B,n,d] fp32|fp16|bf16 -> matrix [B,n,n] fp32 contiguous, the cosine of
 *  every row with every other, symmetric to the bit.
 *  Ragged: matrix [batch,max_tokens,max_tokens], zeros beyond a picture's rows.
 *  Source: DivPrune (arXiv 2503.02175) and CDPruner (arXiv 2506.10967), similarity of tokens. */
TKZ_API int32_t tkz_cosine_matrix(tkz_ctx* ctx, tkz_stream stream, const tkz_cosine_params* params,
                                  const tkz_ragged* ragged, const tkz_tensor* tokens,
                                  tkz_tensor* matrix, int32_t* non_finite, void* workspace,
                                  size_t workspace_bytes);

/** The mean over all rows of a picture, itself included, of a row's cosine with them: tokens
 *  [B,n,d] -> mean [B,n] fp32 contiguous (ragged [1,total]). Computed as the product of the unit
 *  row with the mean of the unit rows, without a matrix. High for rows like many others. */
TKZ_API int32_t tkz_mean_cosine(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                const tkz_tensor* tokens, tkz_tensor* mean, int32_t* non_finite,
                                void* workspace, size_t workspace_bytes);

/** The q rows of Y [B,m,d] (NULL: of X itself) of highest cosine for every row of X [B,n,d], by
 *  falling cosine and, among equals, by rising index.
 *  index int32 and similarity fp32 [B,n,q] contiguous (ragged [1,total,q]); where there are fewer
 *  than q rows the ends are -1 and 0. In a flagged picture the cosine with a row that is not finite
 *  counts as the lowest and is given as 0. */
TKZ_API int32_t tkz_top_neighbours(tkz_ctx* ctx, tkz_stream stream,
                                   const tkz_top_neighbours_params* params,
                                   const tkz_ragged* ragged, const tkz_tensor* tokens,
                                   const tkz_tensor* others, tkz_tensor* index,
                                   tkz_tensor* similarity, int32_t* non_finite, void* workspace,
                                   size_t workspace_bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_ASSIGNMENT_H */
