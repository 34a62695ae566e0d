/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * FiCoCo-V (arXiv 2411.17686) as one operator: a layer of a vision tower loses its most redundant
 * patches, which hand what they hold to those they attend to most.
 * The contract of every operator is in tokenzip.h.
 *
 * N is the number of patches of the layer, r of them are removed, m = N - r are left. Patches
 * count from 0 without CLS.
 *
 * Ragged: every picture has an N of its own, loses min(r, N - 1) patches (0 where there is none)
 * and has the receivers that its own m gives. Arrays have room for what max_tokens tokens give;
 * here N, r, m and S stand for these counts then.
 */
#ifndef TOKENZIP_FICOCO_H
#define TOKENZIP_FICOCO_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Whose scores, correlations and shares. */
typedef enum tkz_ficoco_preset {
  TKZ_FICOCO_PAPER = 0,   /**< softmax attention; shares in proportion to it */
  TKZ_FICOCO_RELEASED = 1 /**< mean logits as in the published code; shares by their softmax */
} tkz_ficoco_preset;

/** Parameters of tkz_ficoco_v_layer. Set `size` to sizeof(tkz_ficoco_v_params). */
typedef struct tkz_ficoco_v_params {
  uint32_t size;
  int32_t preset;    /**< tkz_ficoco_preset */
  int32_t has_cls;   /**< 1: position 0 is CLS, which stays in front */
  float scale;       /**< factor on q.k, 1/sqrt(d) as a rule */
  double lambda;     /**< share of what other patches say in the redundancy, 0 to 1 */
  double epsilon;    /**< quantile of a removed patch's correlations its receivers reach, 0 to 1 */
  int64_t removals;  /**< r, 0 to N - 1; 0 where there is no patch; a ragged batch takes any r, of
                          which a picture gives what leaves it a patch */
  int64_t listed;    /**< K, receivers that are listed for each removed patch, 0 or more */
  float coefficient; /**< of the local penalty, finite, above 0 */
  int32_t grid_h, grid_w; /**< cells of a picture */
  int32_t window_h, window_w;
  int32_t reserved; /**< 0 */
} tkz_ficoco_v_params;

/** What the layer decided. Every array is contiguous and caller-allocated. Arrays whose count is 0
 *  may be NULL. Ragged: beyond what their picture has, lists end with -1, the others with 0. */
typedef struct tkz_ficoco_v_step {
  uint32_t size;       /**< sizeof(tkz_ficoco_v_step) */
  float* scores;       /**< [B, N] redundancy behind the local penalty */
  int32_t* removed;    /**< [B, r] patches of highest score, ascending */
  int32_t* kept;       /**< [B, m] the others, ascending */
  int32_t* cells;      /**< [B, m] of the grid */
  int32_t* targets;    /**< [B, r, K] entries of `kept` that get a share, ascending; ends with -1 */
  float* weights;      /**< [B, r, K] these shares, 0 where there is none */
  int32_t* count;      /**< [B, r] how many there are, also when that is more than K */
  int32_t* non_finite; /**< [B] 1 if a NaN or infinity took part in a decision, else 0 */
} tkz_ficoco_v_step;

/** Bytes of workspace for tkz_ficoco_v_layer. Pure arithmetic. Ragged: batch is that of the
 *  pictures, tokens max_tokens. An r above N - 1 counts as N - 1: without a ragged batch the layer
 *  itself refuses it. */
TKZ_API int32_t tkz_ficoco_v_workspace(const tkz_ficoco_v_params* params, int64_t batch,
                                       int64_t heads, int64_t tokens, int64_t head_dim,
                                       size_t* bytes);

/** One layer: filter, correlate, compress.
 *  1. redundancy = lambda * seen - (1 - lambda) * special, the largest of every complete window of
 *     the grid penalised as in tkz_local_penalty; the r highest scores are removed (ties: the lower
 *     patch).
 *  2. correlation of every removed patch with every kept one: of the removed patch's query the
 *     mean over heads of the logit (RELEASED) or of the softmax over all S keys (PAPER).
 *  3. its receivers are the entries at or above the epsilon-quantile, as in tkz_quantile_select;
 *     their shares are their softmax (RELEASED) or proportional to them (PAPER; a row whose
 *     receivers sum to 0 hands over nothing).
 *  4. each kept patch j becomes (t_j + sum a_ij t_i) / (1 + sum a_ij), in ascending i, in fp32,
 *     rounded once; one that gets nothing is copied, as is CLS. All receivers get their share,
 *     whatever K is.
 *  query [B,H,S,d], keys [B,G,S,d]: fp32|fp16|bf16, same dtype, H a multiple of G; query head h
 *  uses key head h / (H/G). tokens [B,S,D], out [B,S-r,D]: same dtype. cells [B,N] int32: where
 *  each patch was in the picture.
 *  PAPER: lse [B,H,S] fp32 contiguous (tkz_row_lse), seen [B,N] fp32 (mean attention received from
 *  patches, tkz_attention_received) and special [B,N] fp32 (attention of CLS, tkz_attention_row, or
 *  what stands in for it) are required.
 *  RELEASED: lse and seen are NULL: seen is the mean logit that a patch's query has with all
 *  patches, found by their mean key. special is the logits of CLS and NULL, too; without CLS it is
 *  required. Both are brought to length 1.
 *  On a GPU N is at most 36,864 and d at most 128. workspace is aligned to 256 bytes. Four launches
 *  (PAPER) or seven; the CPU takes picture by picture through all steps of RELEASED.
 *  Ragged: query [1,H,total,d], keys [1,G,total,d], tokens [1,total,D] and lse [1,H,total] are
 *  packed, and so is special [1,total], a value per token as tkz_attention_row leaves it (that of
 *  CLS is not looked at). Values per patch are padded, N = max_tokens - has_cls: cells and seen
 *  [batch,N], as the layer before and tkz_attention_received leave them. out [batch,S-r,D]: what is
 *  left of each picture, then zeros. All pictures have the grid of `params`.
 *  Source: FiCoCo, section 3.2 and its published code (RELEASED). */
TKZ_API int32_t tkz_ficoco_v_layer(tkz_ctx* ctx, tkz_stream stream,
                                   const tkz_ficoco_v_params* params, const tkz_ragged* ragged,
                                   const tkz_tensor* query, const tkz_tensor* keys,
                                   const tkz_tensor* tokens, const tkz_tensor* cells,
                                   const tkz_tensor* lse, const tkz_tensor* seen,
                                   const tkz_tensor* special, tkz_ficoco_v_step* step,
                                   tkz_tensor* out, void* workspace, size_t workspace_bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_FICOCO_H */
