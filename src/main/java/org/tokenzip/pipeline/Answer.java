// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.List;
import org.tokenzip.compress.Provenance;

/**
 * What came out.
 *
 * @param text the answer without special tokens: all that a {@link TokenListener} heard, joined
 * @param outputIds generated token ids, a stop token included
 * @param promptTokens positions the language model has seen before the answer, visual tokens and
 *     earlier turns included
 * @param visualTokensBefore visual tokens of this turn's pictures without compression, newlines
 *     included
 * @param visualTokensAfter visual tokens of this turn's pictures that the language model sees
 * @param provenance which token was kept or merged into which, for each picture of this turn
 * @param timings wall time per stage
 * @param finishReason why generation ended
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared or compared
public record Answer(
    String text,
    long[] outputIds,
    int promptTokens,
    int visualTokensBefore,
    int visualTokensAfter,
    List<Provenance> provenance,
    StageTimings timings,
    FinishReason finishReason) {}
