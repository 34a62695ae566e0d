// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * What a method has to know of a language model to plan.
 *
 * @param layers of the decoder
 */
public record DecoderShape(int layers) {}
