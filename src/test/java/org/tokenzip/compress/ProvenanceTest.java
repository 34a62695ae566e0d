// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An account that nobody reads is never written, whatever becomes of the tokens. */
class ProvenanceTest {
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void tokensAreListedWhenSomebodyAsksAndOnce() {
    Provenance picture = Provenance.concat(List.of(view(), view())).reordered(3, 0, 2);
    Provenance left =
        picture
            .withTokens(2, tokens -> tokens.subList(0, 2))
            .after(new ReductionStep(0, new int[] {1}, List.of(new int[] {0})));
    assertThat(picture.outputTokens()).isEqualTo(3);
    assertThat(left.outputTokens()).isEqualTo(1);
    assertThat(picture.scores()).containsExactly(0.5f, 0.25f, 0.5f, 0.25f);
    assertThat(asked).hasValue(0);

    assertThat(picture.keptPatches()).containsExactly(3, 0, 2);
    assertThat(left.targetPatches()).containsExactly(0);
    assertThat(left.tokens().get(0).sources()).containsExactly(3);
    assertThat(picture.tokens()).isSameAs(picture.tokens());
    assertThat(asked).hasValue(2);
  }

  @Test
  void anAccountOfAnotherLengthIsAnError() {
    Provenance wrong = Provenance.unscored(2, () -> List.of(OutputToken.cls(0)), 4, true);
    assertThatThrownBy(wrong::tokens)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("provenance: expected 2 tokens, got 1");
  }

  private Provenance view() {
    return new Provenance(
        2,
        () -> {
          asked.incrementAndGet();
          return List.of(OutputToken.kept(0, 0), OutputToken.kept(0, 1));
        },
        new float[] {0.5f, 0.25f},
        2,
        false);
  }
}
