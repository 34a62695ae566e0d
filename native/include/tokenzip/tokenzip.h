/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * TokenZip C ABI: operators that shrink the visual tokens of a vision-language model.
 *
 * Shape letters, used throughout: B independent images, H attention heads, d head width, S tokens
 * in a sequence (the CLS token, where a tower has one, is position 0), N patch tokens (S - 1 with
 * CLS, S without), D width of the tokens being compressed.
 *
 * Contract shared by every operator
 *  - Asynchronous: work is enqueued on `stream` and the call returns. Nothing synchronises,
 *    nothing allocates. On the CPU backend `stream` is ignored and the work is finished on return.
 *  - Memory is borrowed. All pointers of a call live on the context's device and stay valid until
 *    the stream has passed the call. Outputs are overwritten completely and may not overlap
 *    inputs.
 *  - Strides are in elements and may be arbitrary (also unaligned) unless an argument says
 *    "contiguous"; the last dimension of every tensor has stride 1.
 *  - Arithmetic is fp32 whatever the storage type. Results are bit-for-bit reproducible and do not
 *    depend on the number of threads. Ties go to the lower index; -0 equals +0.
 *  - B and S may be 0: nothing is written then, except that the selections of B empty sequences
 *    have `member_offset` and `non_finite` set to 0. H, d and D have to be 1 or more
 *    (TKZ_INVALID_SHAPE).
 *  - A NaN or infinity in a value that decides a selection sets that image's `non_finite` flag in
 *    device memory; the caller reads it at its next synchronisation. The lists of a flagged image
 *    are in range but meaningless.
 *  - Errors: a negative tkz_status is returned and tkz_last_error() gives one sentence with what
 *    was expected and what came. No function throws, prints, aborts or exits.
 *  - Thread safety: a context may be used by any number of threads at once; error text is per
 *    thread.
 */
#ifndef TOKENZIP_TOKENZIP_H
#define TOKENZIP_TOKENZIP_H

#include <stddef.h>
#include <stdint.h>

#if defined(TKZ_BUILDING) && defined(__GNUC__)
#define TKZ_API __attribute__((visibility("default")))
#else
#define TKZ_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this header: (major << 16) | (minor << 8) | patch. Equal majors are compatible; while
 *  the major is 0, only equal minors are. */
#define TKZ_ABI_VERSION ((0u << 16) | (1u << 8) | 0u)

/** Result of every call that can fail. */
typedef enum tkz_status {
  TKZ_OK = 0,
  TKZ_INVALID_ARGUMENT = -1,  /**< null pointer, bad enum, value out of range */
  TKZ_UNSUPPORTED_DTYPE = -2, /**< a dtype this operator has no kernel for */
  TKZ_INVALID_SHAPE = -3,     /**< rank, extent or stride does not fit */
  TKZ_WORKSPACE_TOO_SMALL = -4,
  TKZ_UNSUPPORTED_DEVICE = -5, /**< no such device, or its architecture is not in this build */
  TKZ_CUDA_ERROR = -6,         /**< see tkz_last_cuda_error() */
  TKZ_NOT_BUILT = -7,          /**< the backend is not part of this build */
  TKZ_INTERNAL = -99
} tkz_status;

/** Element types. The values are the library's own. */
typedef enum tkz_dtype {
  TKZ_F32 = 0,
  TKZ_F16 = 1,
  TKZ_BF16 = 2,
  TKZ_I32 = 16,
  TKZ_I64 = 17
} tkz_dtype;

/** Where kernels run. TKZ_BACKEND_EMULATION runs the CUDA sources on the CPU, one fiber per thread;
 *  it exists in test builds only. */
typedef enum tkz_backend {
  TKZ_BACKEND_CPU = 0,
  TKZ_BACKEND_CUDA = 1,
  TKZ_BACKEND_EMULATION = 2
} tkz_backend;

/** How a contextual token is formed from its target t and the mean of its |U| members
 *  (METHODS: VisionZip, step 7). */
typedef enum tkz_merge_mode {
  TKZ_TARGET_PLUS_MEAN = 0, /**< t + sum(U)/|U|: the published code */
  TKZ_MEAN_WITH_TARGET = 1  /**< (t + sum(U)) / (1 + |U|): the published text */
} tkz_merge_mode;

#define TKZ_MAX_DIMS 5

/** A borrowed view of memory, in the sense of DLPack. */
typedef struct tkz_tensor {
  void* data;
  int32_t dtype; /**< tkz_dtype */
  int32_t ndim;
  int64_t shape[TKZ_MAX_DIMS];
  int64_t stride[TKZ_MAX_DIMS]; /**< in elements */
} tkz_tensor;

/** A device, its properties and its kernels. Immutable after creation. */
typedef struct tkz_ctx tkz_ctx;

/** A cudaStream_t; NULL is the legacy default stream. Ignored by the CPU backend. */
typedef void* tkz_stream;

/* ---------------------------------------------------------------------------------------------- */
/* Library                                                                                        */
/* ---------------------------------------------------------------------------------------------- */

/** TKZ_ABI_VERSION of the loaded library. */
TKZ_API uint32_t tkz_abi_version(void);

/** One line, static storage: version, commit, compiler, backends, CUDA version and architectures.
 */
TKZ_API const char* tkz_build_info(void);

/** 1 when `backend` is compiled into this library, 0 otherwise. */
TKZ_API int32_t tkz_has_backend(int32_t backend);

/** Number of usable devices of `backend`; 0 when there is none. Loading never needs a driver: with
 * a CUDA build on a machine without one this is 0 and tkz_last_error() says why. */
TKZ_API int32_t tkz_device_count(int32_t backend);

/** The calling thread's last error sentence; empty if none. Static storage of the thread. */
TKZ_API const char* tkz_last_error(void);

/** The calling thread's last cudaError_t; 0 if none. */
TKZ_API int32_t tkz_last_cuda_error(void);

/** Creates a context. `device` is 0 on the CPU. `threads` limits the CPU backend's threads for
 * every call on this context; 0 means OpenMP's default (OMP_NUM_THREADS). The caller owns *out. */
TKZ_API int32_t tkz_ctx_create(int32_t backend, int32_t device, int32_t threads, tkz_ctx** out);

/** Destroys a context; NULL is allowed. No call on it may be in flight. */
TKZ_API void tkz_ctx_destroy(tkz_ctx* ctx);

/** Loads every kernel now, so that a later call can be captured into a CUDA graph. */
TKZ_API int32_t tkz_preload(tkz_ctx* ctx);

/* ---------------------------------------------------------------------------------------------- */
/* Scores                                                                                         */
/* ---------------------------------------------------------------------------------------------- */

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

/* ---------------------------------------------------------------------------------------------- */
/* VisionZip                                                                                      */
/* ---------------------------------------------------------------------------------------------- */

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
 *  positions of the sequence (CLS is 0). Arrays whose count is 0 may be NULL. */
typedef struct tkz_visionzip_selection {
  uint32_t size;          /**< sizeof(tkz_visionzip_selection) */
  int32_t* dominant;      /**< [B, dominant] ascending */
  int32_t* target;        /**< [B, target] ascending */
  int32_t* merged;        /**< [B, merged] ascending */
  int32_t* assign;        /**< [B, merged] position in `target` that `merged` went to */
  int32_t* member_offset; /**< [B, target + 1] start of each target's run in `member` */
  int32_t* member;        /**< [B, merged] merged tokens grouped by target, ascending inside */
  float* scores;          /**< [B, N] score of every patch */
  int32_t* non_finite;    /**< [B] 1 if a NaN or infinity took part in the selection, else 0 */
} tkz_visionzip_selection;

/** Sizes of a selection over sequences of `tokens` = S positions. */
TKZ_API int32_t tkz_visionzip_count(const tkz_visionzip_params* params, int64_t tokens,
                                    tkz_visionzip_counts* counts);

/** Softmax per head, sum over heads, exact top-k, stride targets, cosine assignment, from logits.
 *  logits [B,H,S] fp32 contiguous (of the CLS query; needs has_cls), key_mean [B,S,d] fp32
 *  contiguous. Fills `selection`. Source: VisionZip, section 3. */
TKZ_API int32_t tkz_visionzip_select_logits(tkz_ctx* ctx, tkz_stream stream,
                                            const tkz_visionzip_params* params,
                                            const tkz_tensor* logits, const tkz_tensor* key_mean,
                                            tkz_visionzip_selection* selection);

/** The same from scores that already exist: scores [B,N] fp32, one per patch (CLS left out). */
TKZ_API int32_t tkz_visionzip_select_scores(tkz_ctx* ctx, tkz_stream stream,
                                            const tkz_visionzip_params* params,
                                            const tkz_tensor* scores, const tkz_tensor* key_mean,
                                            tkz_visionzip_selection* selection);

/** Copies dominant tokens bit for bit and forms the contextual ones, members added in ascending
 *  order in fp32 and rounded once. tokens [B,S,D], out [B,out,D], same dtype. Reads `dominant`,
 *  `target`, `member_offset` and `member` of the selection; the others may be NULL. Can be applied
 *  any number of times, to any tokens of the same B and S. */
TKZ_API int32_t tkz_visionzip_merge(tkz_ctx* ctx, tkz_stream stream,
                                    const tkz_visionzip_params* params, const tkz_tensor* tokens,
                                    const tkz_visionzip_selection* selection, tkz_tensor* out);

/** Bytes of workspace for tkz_visionzip. Pure arithmetic. */
TKZ_API int32_t tkz_visionzip_workspace(const tkz_visionzip_params* params, int64_t batch,
                                        int64_t heads, int64_t tokens, int64_t head_dim,
                                        size_t* bytes);

/** The whole of VisionZip from the CLS query and the keys of one layer: three launches, capturable.
 *  query [B,H,d], keys [B,H,S,d], tokens [B,S,D], out [B,out,D]; workspace is 256-byte aligned. */
TKZ_API int32_t tkz_visionzip(tkz_ctx* ctx, tkz_stream stream, const tkz_visionzip_params* params,
                              const tkz_tensor* query, const tkz_tensor* keys,
                              const tkz_tensor* tokens, tkz_visionzip_selection* selection,
                              tkz_tensor* out, void* workspace, size_t workspace_bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_TOKENZIP_H */
