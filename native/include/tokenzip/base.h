/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Types that every operator shares, and the library itself. Include tokenzip.h, which also holds
 * the contract.
 */
#ifndef TOKENZIP_BASE_H
#define TOKENZIP_BASE_H

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

#define TKZ_MAX_DIMS 5

/** A borrowed view of memory, in the sense of DLPack. */
typedef struct tkz_tensor {
  void* data;
  int32_t dtype; /**< tkz_dtype */
  int32_t ndim;
  int64_t shape[TKZ_MAX_DIMS];
  int64_t stride[TKZ_MAX_DIMS]; /**< in elements */
} tkz_tensor;

/** The view of contiguous memory [shape[0], .., shape[ndim - 1]], ndim from 0 to TKZ_MAX_DIMS:
 *
 *      tkz_tensor scores = tkz_contiguous(memory, TKZ_F32, 2, (const int64_t[]){8, 576});
 *
 *  Neither `data` nor `shape` is kept track of: the view lives as long as the memory does. */
static inline tkz_tensor tkz_contiguous(void* data, int32_t dtype, int32_t ndim,
                                        const int64_t* shape) {
  tkz_tensor view;
  int64_t elements = 1;
  int32_t i;
  view.data = data;
  view.dtype = dtype;
  view.ndim = ndim;
  for (i = TKZ_MAX_DIMS - 1; i >= 0; i--) {
    view.shape[i] = i < ndim ? shape[i] : 1;
    view.stride[i] = elements;
    elements *= view.shape[i];
  }
  return view;
}

/** Pictures of different token counts in one call. Every operator that takes one accepts NULL: all
 *  pictures then have the token count of the tensors, and B is their batch dimension.
 *
 *  With a ragged batch, tensors of one row per token hold the rows of all pictures one after
 *  another: their B is 1 and their S (or N) is the total. Picture b has rows offsets[b] to
 *  offsets[b + 1]. Outputs with one row per token have the same form. What has a fixed length per
 *  picture keeps its batch dimension of `batch`, and max_tokens stands where S (or N) would: lists
 *  end with -1, matrices with zeros, beyond what their picture has. */
typedef struct tkz_ragged {
  uint32_t size;      /**< sizeof(tkz_ragged) */
  int32_t reserved;   /**< 0 */
  int64_t batch;      /**< pictures */
  int64_t max_tokens; /**< at least the largest count; rows of a picture beyond it are ignored */
  const int32_t* offsets; /**< [batch + 1] on the device, from 0, never falling, up to the total.
                               Values outside are clamped: nothing is ever read out of bounds. */
} tkz_ragged;

/** A device, its properties and its kernels. Immutable after creation. */
typedef struct tkz_ctx tkz_ctx;

/** A cudaStream_t; NULL is the legacy default stream. Ignored by the CPU backend. */
typedef void* tkz_stream;

/* ---------------------------------------------------------------------------------------------- */
/* Library                                                                                        */
/* ---------------------------------------------------------------------------------------------- */

/** TKZ_ABI_VERSION of the loaded library. */
TKZ_API uint32_t tkz_abi_version(void);

/** One line, static storage: version, commit, compiler, backends, CUDA version, architectures. */
TKZ_API const char* tkz_build_info(void);

/** 1 when `backend` is compiled into this library, 0 otherwise. */
TKZ_API int32_t tkz_has_backend(int32_t backend);

/** Number of usable devices of `backend`; 0 when there is none. Loading never needs a driver: with
 *  a CUDA build on a machine without one this is 0 and tkz_last_error() says why. */
TKZ_API int32_t tkz_device_count(int32_t backend);

/** The calling thread's last error sentence; empty if none. Static storage of the thread. */
TKZ_API const char* tkz_last_error(void);

/** The calling thread's last cudaError_t; 0 if none. */
TKZ_API int32_t tkz_last_cuda_error(void);

/** Creates a context. `device` is 0 on the CPU. `threads` limits the CPU backend's threads for
 *  every call on this context; 0 means OpenMP's default (OMP_NUM_THREADS). The caller owns *out. */
TKZ_API int32_t tkz_ctx_create(int32_t backend, int32_t device, int32_t threads, tkz_ctx** out);

/** Destroys a context; NULL is allowed. No call on it may be in flight. */
TKZ_API void tkz_ctx_destroy(tkz_ctx* ctx);

/** Loads every kernel now, so that a later call can be captured into a CUDA graph. */
TKZ_API int32_t tkz_preload(tkz_ctx* ctx);

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* TOKENZIP_BASE_H */
