// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.tokenzip.eval.scene.QuestionKind;

/** Right answers of one method at one budget, by kind of question. For one thread. */
public final class Tally {
  private final Map<QuestionKind, int[]> counts = new EnumMap<>(QuestionKind.class);

  void add(QuestionKind kind, boolean isRight) {
    int[] count = counts.computeIfAbsent(kind, k -> new int[2]);
    count[0]++;
    count[1] += isRight ? 1 : 0;
  }

  /** Questions of a kind. */
  public int asked(QuestionKind kind) {
    return counts.getOrDefault(kind, new int[2])[0];
  }

  /** Questions of a kind that were answered rightly. */
  public int right(QuestionKind kind) {
    return counts.getOrDefault(kind, new int[2])[1];
  }

  /** Share of right answers to questions of a kind; NaN if there were none. */
  public double accuracy(QuestionKind kind) {
    return share(kind::equals);
  }

  /**
   * Share of right answers to everything but captions, which are a dozen answers in one; NaN if
   * nothing was asked.
   */
  public double accuracy() {
    return share(kind -> kind != QuestionKind.CAPTION);
  }

  private double share(Predicate<QuestionKind> kinds) {
    int asked = 0;
    int right = 0;
    for (Map.Entry<QuestionKind, int[]> entry : counts.entrySet()) {
      if (kinds.test(entry.getKey())) {
        asked += entry.getValue()[0];
        right += entry.getValue()[1];
      }
    }
    return (double) right / asked;
  }
}
