/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Moving and merging of tokens: what a selection or an assignment says is done to the rows.
 * The contract of every operator is in tokenzip.h.
 *
 * Indices count rows of a picture. One that is outside, -1 above all, means "none": nothing is read
 * or written for it. Sums are formed in fp32 in ascending order of the sources and rounded once; a
 * row to which nothing is added is copied bit for bit.
 *
 * Row-per-token tensors of a ragged batch are packed, and so are the scalars and indices of which
 * there is one per such row: [1,total] and [1,total,..].
 *
 * Tokens are fp32|fp16|bf16, weights and sizes fp32, indices int32; any strides. No sizes are too
 * large for a GPU.
 */
#ifndef TOKENZIP_MERGING_H
#define TOKENZIP_MERGING_H

#include "tokenzip/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How a target t takes the mean of its |U| members (METHODS: VisionZip, step 7). */
typedef enum tkz_merge_mode {
  TKZ_TARGET_PLUS_MEAN = 0, /**< t + sum(U)/|U|: the published code */
  TKZ_MEAN_WITH_TARGET = 1  /**< (t + sum(U)) / (1 + |U|): the published text */
} tkz_merge_mode;

/** Set `size` to sizeof(tkz_merge_params). */
typedef struct tkz_merge_params {
  uint32_t size;
  int32_t mode; /**< tkz_merge_mode */
} tkz_merge_params;

/** Pieces that tkz_layout takes at most. */
#define TKZ_MAX_PIECES 8

/* ---------------------------------------------------------------------------------------------- */
/* Rows as they are                                                                               */
/* ---------------------------------------------------------------------------------------------- */

/** out[b,i] = tokens[b,index[b,i]], bit for bit; a zero row where the index is none.
 *  tokens [B,S,D], index [B,k] int32, out [B,k,D] of the tokens' dtype.
 *  Ragged: tokens [1,total,D], the others as they are. */
TKZ_API int32_t tkz_gather(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                           const tkz_tensor* tokens, const tkz_tensor* index, tkz_tensor* out);

/** One sequence from pieces: out[b,i] = row plan[b,i,1] of piece plan[b,i,0], bit for bit; a zero
 *  row where there is no such piece or row.
 *  pieces: host array of `piece_count` <= TKZ_MAX_PIECES tensors [B,n,D], each with an n of its
 *  own; one of batch 1 serves all pictures (a newline embedding). plan [B,m,2] int32, out [B,m,D],
 *  same dtype.
 *  Ragged: piece 0 is [1,total,D] and its rows are counted within the picture. */
TKZ_API int32_t tkz_layout(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                           const tkz_tensor* const* pieces, int32_t piece_count,
                           const tkz_tensor* plan, tkz_tensor* out);

/* ---------------------------------------------------------------------------------------------- */
/* Sums                                                                                           */
/* ---------------------------------------------------------------------------------------------- */

/** out[b,0] = sum of weight[b,i] * tokens[b,i], not normalised, over all i or, with an index
 *  [B,m] int32 (may be NULL), over i = index[b,0], index[b,1], .. in this order.
 *  tokens [B,n,D], weight [B,n] fp32, out [B,1,D] of the tokens' dtype; zero when there is no row.
 *  Ragged: tokens [1,total,D], weight [1,total].
 *  Source: EViT (arXiv 2202.07800), fused token. */
TKZ_API int32_t tkz_weighted_sum(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                 const tkz_tensor* tokens, const tkz_tensor* weight,
                                 const tkz_tensor* index, tkz_tensor* out);

/** Bytes of workspace for any of the operators below: `entries` is n, or r * K where a source has K
 *  indices; `targets` is the number of output rows. In a ragged batch max_tokens stands for what is
 *  ragged. Pure arithmetic. Workspaces are 256-byte aligned. */
TKZ_API int32_t tkz_merge_workspace(int64_t batch, int64_t entries, int64_t targets, size_t* bytes);

/** Each target with the mean of the sources assigned to it, as params.mode has it.
 *  target, out [B,c,D], source [B,n,D], same dtype; assign [B,n] int32, the target of each source.
 *  Ragged (the sources): source [1,total,D], assign [1,total]. Entries: n.
 *  Source: VisionZip (arXiv 2412.04467), section 3. */
TKZ_API int32_t tkz_target_mean_merge(tkz_ctx* ctx, tkz_stream stream,
                                      const tkz_merge_params* params, const tkz_ragged* ragged,
                                      const tkz_tensor* target, const tkz_tensor* source,
                                      const tkz_tensor* assign, tkz_tensor* out, void* workspace,
                                      size_t workspace_bytes);

/** The mean weighted by size of each target and the sources assigned to it, and its new size:
 *  out = (z_t t + sum z_s s) / (z_t + sum z_s), out_size = z_t + sum z_s. Sizes are positive.
 *  target, out [B,c,D], source [B,n,D], same dtype; target_size, out_size [B,c] and source_size
 *  [B,n] fp32; assign [B,n] int32.
 *  Ragged (the sources): source [1,total,D], source_size and assign [1,total]. Entries: n.
 *  Source: ToMe (arXiv 2210.09461), section 3. */
TKZ_API int32_t tkz_size_weighted_merge(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                        const tkz_tensor* target, const tkz_tensor* target_size,
                                        const tkz_tensor* source, const tkz_tensor* source_size,
                                        const tkz_tensor* assign, tkz_tensor* out,
                                        tkz_tensor* out_size, void* workspace,
                                        size_t workspace_bytes);

/** Each token with weighted shares of removed ones: out_j = (t_j + sum a_ik s_i) / (1 + sum a_ik)
 *  over all (i,k) with index[b,i,k] = j, in ascending i, then k.
 *  tokens, out [B,n,D], removed [B,r,D], same dtype; index [B,r,K] int32, weight [B,r,K] fp32.
 *  Ragged (the tokens): tokens, out [1,total,D]; the removed ones are [batch,r,D]. Rows of `out`
 *  that belong to no picture are not written. Entries: r * K.
 *  Source: FiCoCo (arXiv 2411.17686), self-preserving compression. */
TKZ_API int32_t tkz_self_preserving_merge(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                          const tkz_tensor* tokens, const tkz_tensor* removed,
                                          const tkz_tensor* index, const tkz_tensor* weight,
                                          tkz_tensor* out, void* workspace, size_t workspace_bytes);

/** out_j = base_j + the sum of the rows whose index is j. base [B,c,D], or NULL for zeros;
 *  rows [B,n,D], out [B,c,D], same dtype; index [B,n] int32.
 *  Ragged (the rows): rows [1,total,D], index [1,total]. Entries: n. */
TKZ_API int32_t tkz_scatter_add(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                const tkz_tensor* rows, const tkz_tensor* index,
                                const tkz_tensor* base, tkz_tensor* out, void* workspace,
                                size_t workspace_bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_MERGING_H */
