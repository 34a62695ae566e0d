/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * TokenZip C ABI: operators that shrink the visual tokens of a vision-language model.
 *
 * Shape letters, used throughout: B independent pictures, H attention heads, d head width, S tokens
 * in a sequence (the CLS token, where a tower has one, is position 0), N patch tokens (S - 1 with
 * CLS, S without), D width of the tokens being compressed. A picture is whatever is compressed on
 * its own: an image, a crop of one, a frame or a whole video.
 *
 * Units: extents, strides and counts are elements, workspaces bytes; logits are natural logarithms,
 * scores and weights plain numbers. Indices are int32, count from 0 within their picture, and -1
 * stands for none.
 *
 * Contract shared by every operator
 *  - Asynchronous: work is enqueued on `stream` and the call returns. Nothing synchronises,
 *    nothing allocates. On the CPU backend `stream` is ignored and the work is finished on return.
 *  - Memory is borrowed, inputs, outputs and workspace alike: the library keeps and frees none. All
 *    pointers of a call but params, ragged, selection and the tkz_tensor structs themselves live on
 *    the context's device and stay valid until the stream has passed the call. Outputs may not
 *    overlap inputs. They are overwritten completely, but for rows of a ragged batch that belong to
 *    no picture where an operator says that it leaves those.
 *  - Strides are in elements and may be arbitrary (also unaligned) unless an argument says
 *    "contiguous"; the last dimension of every tensor has stride 1.
 *  - The memory of a tensor without elements may be NULL, and its strides are not looked at.
 *  - A workspace has at least the bytes that the ..._workspace function of its header says, begins
 *    at a multiple of 256 and need not be initialised; the next call on the stream can have it.
 *  - Arithmetic is fp32 whatever the storage type. Results are bit-for-bit reproducible and do not
 *    depend on the number of threads. Ties go to the lower index; -0 equals +0.
 *  - B, S and N may be 0. Outputs of one row per token are empty then; outputs of a fixed length
 *    per picture are still written: lists with -1, rows with zeros, counts, offsets and flags with
 *    0. H, d and D have to be 1 or more (TKZ_INVALID_SHAPE) unless an operator says otherwise.
 *  - A NaN or infinity in a value that decides a selection sets the picture's flag in `non_finite`,
 *    int32 [B] contiguous, to 1, else to 0; the caller reads it at its next synchronisation. Where
 *    an operator says that it may be NULL, nothing is reported then. The lists of a flagged picture
 *    are in range but meaningless.
 *  - Limits that a header or an operator states hold for its GPU kernels (and their emulation) and
 *    are the only ones besides memory and int32, which counts the tokens of a picture; the CPU has
 *    these two alone. A call beyond them is refused like any other bad argument.
 *  - Errors: a negative tkz_status is returned and tkz_last_error() gives one sentence with what
 *    was expected and what came. No function throws, prints, aborts or exits.
 *  - Thread safety: a context may be used by any number of threads at once; error text is per
 *    thread.
 */
#ifndef TOKENZIP_TOKENZIP_H
#define TOKENZIP_TOKENZIP_H

#include "tokenzip/assignment.h"
#include "tokenzip/attention.h"
#include "tokenzip/base.h"
#include "tokenzip/diversity.h"
#include "tokenzip/ficoco.h"
#include "tokenzip/merging.h"
#include "tokenzip/pooling.h"
#include "tokenzip/scores.h"
#include "tokenzip/selection.h"
#include "tokenzip/visionzip.h"

#endif /* TOKENZIP_TOKENZIP_H */
