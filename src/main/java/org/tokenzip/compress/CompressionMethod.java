// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.function.IntFunction;

/**
 * A method as a user meets it.
 *
 * @param name what to ask for it by
 * @param description one line: what it does
 * @param paper where it was published, empty for none
 * @param actsAt where in the pipeline it acts
 * @param needs what it needs from the model
 * @param forBudget makes it for a number of tokens to keep of each image
 */
public record CompressionMethod(
    String name,
    String description,
    String paper,
    String actsAt,
    String needs,
    IntFunction<TokenCompressor> forBudget) {}
