/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * VisionZip (arXiv 2412.04467) as fused operators: score, select and merge.
 * The contract of every operator is in tokenzip.h.
 *
 * query, keys and tokens: fp32|fp16|bf16, query and keys of the same dtype; logits, key means and
 * scores fp32; lists and flags int32. On a GPU selections take at most 4,096 patches N, 64 heads H
 * and a head width d of at most 128; merging has no limit.
 */
#ifndef TOKENZIP_VISIONZIP_H
#define TOKENZIP_VISIONZIP_H

#include "tokenzip/base.h"
#include "tokenzip/merging.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Budget of VisionZip. Set `size` to sizeof(tkz_visionzip_params). */
typedef struct tkz_visionzip_params {
  uint32_t size;
  int32_t has_cls;    /**< 1: position 0 is CLS and is always kept */
  int64_t dominant;   /**< tokens kept as they are; counts CLS when there is one (then >= 1) */
  int64_t contextual; /**< merged tokens, >= 0; limited to what is left */
  int32_t merge_mode; /**< tkz_merge_mode */
  float scale;        /**< factor on q.k, 1/sqrt(d) as a rule */
} tkz_visionzip_params;

/** Sizes that follow from a budget: all known on the host. */
typedef struct tkz_visionzip_counts {
  int64_t dominant; /**< kept tokens, CLS included */
  int64_t target;   /**< contextual tokens */
  int64_t merged;   /**< tokens merged into a target; 0 when there is no target */
  int64_t out;      /**< dominant + target */
} tkz_visionzip_counts;

/** Which token went where. Every array is contiguous and caller-allocated; token indices count
 *  positions of the sequence (CLS is 0). Arrays whose count is 0 may be NULL.
 *
 *  In a ragged batch every array has room for what max_tokens tokens give; each picture keeps,
 *  merges and drops what its own count gives (tkz_visionzip_count). Lists then end with -1,
 *  `member_offset` with its last value, `scores` with 0. */
typedef struct tkz_visionzip_selection {
  uint32_t size;          /**< sizeof(tkz_visionzip_selection) */
  int32_t* dominant;      /**< [B, dominant] ascending */
  int32_t* target;        /**< [B, target] ascending */
  int32_t* merged;        /**< [B, merged] ascending */
  int32_t* assign;        /**< [B, merged] position in `target` that `merged` went to */
  int32_t* member_offset; /**< [B, target + 1] start of each target's run in `member` */
  int32_t* member;        /**< [B, merged] merged tokens grouped by target, ascending inside */
  float* scores;          /**< [B, N] score of every patch */
  int32_t* non_finite;    /**< [B] 1 if a NaN or infinity took part in the selection, else 0;
                               required by what fills a selection */
} tkz_visionzip_selection;

/** Sizes of a selection over sequences of `tokens` = S positions. */
TKZ_API int32_t tkz_visionzip_count(const tkz_visionzip_params* params, int64_t tokens,
                                    tkz_visionzip_counts* counts);

/** Softmax per head, sum over heads, exact top-k, stride targets, cosine assignment, from logits.
 *  logits [B,H,S] fp32 contiguous (of the CLS query; needs has_cls), key_mean [B,S,d] fp32
 *  contiguous. Fills `selection`.
 *  Ragged: logits [1,H,total], key_mean [1,total,d].
 *  Source: VisionZip, section 3. */
TKZ_API int32_t tkz_visionzip_select_logits(tkz_ctx* ctx, tkz_stream stream,
                                            const tkz_visionzip_params* params,
                                            const tkz_ragged* ragged, const tkz_tensor* logits,
                                            const tkz_tensor* key_mean,
                                            tkz_visionzip_selection* selection);

/** The same from scores that already exist: scores [B,N] fp32, one per patch (CLS left out).
 *  Ragged: scores [1,total], one per token; that of CLS, where there is one, is not looked at. */
TKZ_API int32_t tkz_visionzip_select_scores(tkz_ctx* ctx, tkz_stream stream,
                                            const tkz_visionzip_params* params,
                                            const tkz_ragged* ragged, const tkz_tensor* scores,
                                            const tkz_tensor* key_mean,
                                            tkz_visionzip_selection* selection);

/** Copies dominant tokens bit for bit and forms the contextual ones, members added in ascending
 *  order in fp32 and rounded once. tokens [B,S,D], out [B,out,D], same dtype. Reads `dominant`,
 *  `target`, `member_offset` and `member` of the selection; the others may be NULL. Can be applied
 *  any number of times, to any tokens of the same B and S. Ragged: tokens [1,total,D], out
 *  [batch,out,D] with room for what max_tokens gives; rows that a picture does not have are 0. */
TKZ_API int32_t tkz_visionzip_merge(tkz_ctx* ctx, tkz_stream stream,
                                    const tkz_visionzip_params* params, const tkz_ragged* ragged,
                                    const tkz_tensor* tokens,
                                    const tkz_visionzip_selection* selection, tkz_tensor* out);

/** Bytes of workspace for tkz_visionzip. Pure arithmetic.
 *  Ragged: batch is 1 and tokens the total. */
TKZ_API int32_t tkz_visionzip_workspace(const tkz_visionzip_params* params, int64_t batch,
                                        int64_t heads, int64_t tokens, int64_t head_dim,
                                        size_t* bytes);

/** The whole of VisionZip from the CLS query and the keys of one layer: three launches, capturable.
 *  query [B,H,d], keys [B,H,S,d], tokens [B,S,D], out [B,out,D]; workspace is 256-byte aligned.
 *  Ragged: query [batch,H,d], keys [1,H,total,d], tokens [1,total,D], out [batch,out,D] as
 *  tkz_visionzip_merge has it. */
TKZ_API int32_t tkz_visionzip(tkz_ctx* ctx, tkz_stream stream, const tkz_visionzip_params* params,
                              const tkz_ragged* ragged, const tkz_tensor* query,
                              const tkz_tensor* keys, const tkz_tensor* tokens,
                              tkz_visionzip_selection* selection, tkz_tensor* out, void* workspace,
                              size_t workspace_bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_VISIONZIP_H */
