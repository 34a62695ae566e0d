// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.VisionZipFunctions.tkz_visionzip_count;

import org.bytedeco.javacpp.Pointer;
import org.tokenzip.bind.VisionZipFunctions.VisionZipCounts;
import org.tokenzip.bind.VisionZipFunctions.VisionZipParams;
import org.tokenzip.runtime.Status;

/**
 * What VisionZip's operators have to know: {@code tkz_visionzip_params}.
 *
 * @param hasCls whether position 0 is a CLS token, which is always kept
 * @param dominant tokens kept as they are, CLS included: at least 1 with CLS, 0 without
 * @param contextual merged tokens, at least 0; limited to what is left
 * @param merge how a merged token is formed
 * @param scale factor on query · key, 1/√d as a rule
 */
public record VisionZipParameters(
    boolean hasCls, long dominant, long contextual, MergeMode merge, float scale) {

  public VisionZipParameters {
    int least = hasCls ? 1 : 0;
    if (dominant < least) {
      throw new IllegalArgumentException(
          "dominant: expected " + least + " or more, got " + dominant);
    }
    if (contextual < 0) {
      throw new IllegalArgumentException("contextual: expected 0 or more, got " + contextual);
    }
  }

  /**
   * Sizes that follow from the parameters for a sequence.
   *
   * @param dominant kept tokens, CLS included
   * @param target contextual tokens
   * @param merged tokens merged into a target
   * @param out dominant + target
   */
  public record Counts(long dominant, long target, long merged, long out) {}

  /** The sizes for sequences of {@code positions} tokens, CLS included. */
  public Counts count(long positions) {
    VisionZipCounts counts = Call.struct(VisionZipCounts.class, VisionZipCounts::new);
    Status.check(tkz_visionzip_count(struct(), positions, counts));
    return new Counts(counts.dominant(), counts.target(), counts.merged(), counts.out());
  }

  /** The thread's struct of the parameters, filled in. */
  VisionZipParams struct() {
    return Call.struct(VisionZipParams.class, VisionZipParams::new)
        .size(Pointer.sizeof(VisionZipParams.class))
        .has_cls(hasCls ? 1 : 0)
        .dominant(dominant)
        .contextual(contextual)
        .merge_mode(merge.code())
        .scale(scale);
  }
}
