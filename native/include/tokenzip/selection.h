/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Selection: which tokens their scores choose. The contract of every operator is in tokenzip.h.
 *
 * Here, too, B pictures of N tokens each; of a ragged batch, scores and whatever else has one value
 * per token are [1,total] and N is max_tokens. Lists are int32, contiguous and filled up with -1.
 * `non_finite` [B] may be NULL: 1 for a picture with a NaN or infinity among what decides, 0 for
 * the others. N = 0 is an ordinary case: lists of -1, counts and flags of 0. Where no limit is
 * stated, a GPU takes any size.
 */
#ifndef TOKENZIP_SELECTION_H
#define TOKENZIP_SELECTION_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkz_top_k_params {
  uint32_t size;  /**< sizeof(tkz_top_k_params) */
  int32_t ranked; /**< 0: by ascending index; 1: by descending score, then ascending index */
  int64_t k;      /**< from 0 to N; a ragged batch takes any: a picture gives what it has */
} tkz_top_k_params;

/** The k highest scores of each picture: exact, ties to the lower index.
 *  scores [B,N] fp32 -> indices [B,k], values [B,k] fp32 contiguous or NULL: the scores at
 *  `indices`, 0 where those are -1.
 *  On a GPU, N is at most 36,864 and, ranked, k (what a picture can give of it) at most 4,096. */
TKZ_API int32_t tkz_top_k(tkz_ctx* ctx, tkz_stream stream, const tkz_top_k_params* params,
                          const tkz_ragged* ragged, const tkz_tensor* scores, tkz_tensor* indices,
                          tkz_tensor* values, int32_t* non_finite);

/** All scores of each picture that are at least its threshold, by ascending index.
 *  scores [B,N] fp32, threshold [B] fp32 contiguous -> indices [B,K], count [B] int32 contiguous.
 *  K, the extent of `indices`, is how many a picture may list: the first K are listed, `count` is
 *  how many there are, also when that is more. A threshold of NaN or infinity raises the flag. */
TKZ_API int32_t tkz_threshold_select(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                     const tkz_tensor* scores, const tkz_tensor* threshold,
                                     tkz_tensor* indices, tkz_tensor* count, int32_t* non_finite);

typedef struct tkz_stride_targets_params {
  uint32_t size;    /**< sizeof(tkz_stride_targets_params) */
  int32_t reserved; /**< 0 */
  int64_t tokens;   /**< m, entries of the list; the most there can be where `counts` is given;
                         0 with a ragged batch, whose pictures say it themselves */
} tkz_stride_targets_params;

/** Targets at equal distances in a list of m entries: i * step for i below min(c,m), with step =
 *  max(1, m / c) rounded down.
 *  counts [B] int32 contiguous: m of each picture, limited to 0 to params.tokens; NULL when all
 *  have the same or the batch is ragged.
 *  -> indices [B,c]. Source: VisionZip (arXiv 2412.04467), contextual targets. */
TKZ_API int32_t tkz_stride_targets(tkz_ctx* ctx, tkz_stream stream,
                                   const tkz_stride_targets_params* params,
                                   const tkz_ragged* ragged, const tkz_tensor* counts,
                                   tkz_tensor* indices);

typedef struct tkz_quantile_select_params {
  uint32_t size;    /**< sizeof(tkz_quantile_select_params) */
  int32_t reserved; /**< 0 */
  double epsilon;   /**< from 0 to 1 */
} tkz_quantile_select_params;

/** The entries of each row at or above its epsilon-quantile, by ascending index. Of n entries, with
 *  rho = min(n - 1, max(0, ceil(epsilon * (n - 1)))), these are all that are not below the one at
 *  place rho, from 0, in ascending order: n - rho of them, more when others equal that one.
 *  values [B,R,n] fp32; counts [B] int32 contiguous: entries of each row of a picture, limited to
 *  0 to n; NULL when all have n. A ragged batch gives the same through its token counts (n is
 *  max_tokens then, and `counts` NULL); what a row has beyond its entries is never read.
 *  -> indices [B,R,K], count [B,R] int32 contiguous. The first K are listed, `count` is how many
 *  there are, also when that is more. On a GPU, n is at most 36,864.
 *  Source: FiCoCo (arXiv 2411.17686), token-adaptive targets. */
TKZ_API int32_t tkz_quantile_select(tkz_ctx* ctx, tkz_stream stream,
                                    const tkz_quantile_select_params* params,
                                    const tkz_ragged* ragged, const tkz_tensor* values,
                                    const tkz_tensor* counts, tkz_tensor* indices,
                                    tkz_tensor* count, int32_t* non_finite);

/** n - rho: how many entries tkz_quantile_select() finds in a row of n distinct values. 0 for n of
 *  0 or less; -1 for an epsilon that it would refuse. */
TKZ_API int64_t tkz_quantile_count(double epsilon, int64_t n);

typedef struct tkz_local_penalty_params {
  uint32_t size;     /**< sizeof(tkz_local_penalty_params) */
  float coefficient; /**< finite, above 0 */
  int32_t grid_h, grid_w;
  int32_t window_h, window_w;
} tkz_local_penalty_params;

/** Penalty of the locally largest score. The grid of cells is cut into complete windows that do
 *  not overlap; in each with a token, the largest score v (tie: the lower cell) becomes
 *  coefficient * v if v > 0, v / coefficient otherwise. All other scores are copied, also those of
 *  cells beyond the last complete window.
 *  scores [B,N] fp32, position [B,N] int32: the cell of each token, in raster order of the grid.
 *  A token whose cell is not of the grid is in no window. Tokens that share a cell all count, the
 *  first of them where they are equal.
 *  -> out: scores' shape, fp32 contiguous; tokens of no picture are not written.
 *  Source: FiCoCo (arXiv 2411.17686), local penalty. */
TKZ_API int32_t tkz_local_penalty(tkz_ctx* ctx, tkz_stream stream,
                                  const tkz_local_penalty_params* params, const tkz_ragged* ragged,
                                  const tkz_tensor* scores, const tkz_tensor* position,
                                  tkz_tensor* out, int32_t* non_finite);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_SELECTION_H */
