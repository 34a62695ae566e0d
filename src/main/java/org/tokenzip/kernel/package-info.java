// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The native operators over libtorch tensors, one class each. Every method checks its arguments,
 * allocates its results and enqueues one native call: finished on return on the CPU, asynchronous
 * on the calling thread's current stream on a CUDA device. A result belongs to the caller, or to
 * the innermost open {@link org.tokenzip.tensor.TensorScope}; arguments are borrowed.
 *
 * <p>Inputs may be strided views whose last dimension is dense. Shape letters: B images, H heads, d
 * head width, S positions of a sequence (CLS, where there is one, is position 0), N patches, D
 * token width.
 */
@NullMarked
package org.tokenzip.kernel;

import org.jspecify.annotations.NullMarked;
