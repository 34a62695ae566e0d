// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The native operators, one class each, with two doors. {@code apply} takes libtorch tensors,
 * checks what it has to know, allocates its results and returns them: they belong to the caller, or
 * to the innermost open {@link org.tokenzip.tensor.TensorScope}. {@code run} takes plain memory of
 * any origin ({@link org.tokenzip.kernel.NativeTensor}), writes into what the caller gives it and
 * allocates nothing; it needs our natives and JavaCPP, and no libtorch on the class path. Arguments
 * are borrowed.
 *
 * <p>Every method enqueues one native call: finished on return on the CPU, asynchronous on a CUDA
 * device, there on the calling thread's stream ({@link org.tokenzip.runtime.StreamScope} names
 * another). What does not fit is an {@link java.lang.IllegalArgumentException} with what was
 * expected and what came. A NaN or infinity in what decides a selection is a {@link
 * org.tokenzip.runtime.NonFiniteInputException} on the CPU; on a CUDA device it is a flag, which
 * {@code requireFinite} of the result reads.
 *
 * <p>Inputs may be strided views whose last dimension is dense. Shape letters: B images, H heads, d
 * head width, S positions of a sequence (CLS, where there is one, is position 0), N patches, D
 * token width. A {@link org.tokenzip.kernel.Ragged} batch holds images of different token counts;
 * null where it is optional means that all have the count of the tensors.
 */
@NullMarked
package org.tokenzip.kernel;

import org.jspecify.annotations.NullMarked;
