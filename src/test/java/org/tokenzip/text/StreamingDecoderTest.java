// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.tokenzip.testing.FixtureFolders;

class StreamingDecoderTest {
  /** Streams the ids, checking on the way that what was given out stays the beginning. */
  static String streamed(PromptTokenizer tokenizer, long... ids) {
    StreamingDecoder stream = tokenizer.stream();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      text.append(stream.push(ids[i]));
      assertThat(tokenizer.decode(Arrays.copyOf(ids, i + 1), true)).startsWith(text);
    }
    text.append(stream.finish());
    assertThat(text).hasToString(tokenizer.decode(ids, true));
    return text.toString();
  }

  @Test
  void anyIdsStreamToTheDecodedWhole() {
    Random random = new Random(7);
    for (Path folder : FixtureFolders.tokenizers()) {
      try (PromptTokenizer tokenizer = PromptTokenizer.open(folder)) {
        for (int round = 0; round < 200; round++) {
          // Small ids are bytes in every one of these vocabularies: many runs, most of them
          // invalid.
          int bound = round % 2 == 0 ? 700 : 262;
          streamed(tokenizer, LongStream.generate(() -> random.nextInt(bound)).limit(40).toArray());
        }
      }
    }
  }

  @Test
  void aCharacterOfSeveralBytesComesWhole() {
    try (PromptTokenizer tokenizer = byteFallback()) {
      StreamingDecoder stream = tokenizer.stream();
      for (long id : bytes(tokenizer, 0xE6, 0xBC, 0xA2)) {
        assertThat(stream.push(id)).isEmpty();
      }
      assertThat(stream.push(tokenizer.id("▁a"))).isEqualTo("漢 a");
      assertThat(stream.finish()).isEmpty();
    }
  }

  @Test
  void oneInvalidByteSpoilsItsRun() {
    try (PromptTokenizer tokenizer = byteFallback()) {
      StreamingDecoder stream = tokenizer.stream();
      for (long id : bytes(tokenizer, 0x41, 0xC3, 0xA9, 0xFF)) {
        assertThat(stream.push(id)).isEmpty();
      }
      assertThat(stream.push(tokenizer.id("a"))).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFDa");
    }
  }

  @Test
  void whatIsHeldBackComesAtTheEnd() {
    try (PromptTokenizer tokenizer = byteFallback()) {
      StreamingDecoder stream = tokenizer.stream();
      assertThat(stream.push(tokenizer.id("▁a"))).isEqualTo("a");
      assertThat(stream.push(tokenizer.id("<0x0A>"))).isEmpty();
      assertThat(stream.push(tokenizer.id("</s>"))).isEmpty();
      assertThat(stream.finish()).isEqualTo("\n");
    }
  }

  @Test
  void onlyTheFirstBlankIsTakenAway() {
    try (PromptTokenizer tokenizer = byteFallback()) {
      StreamingDecoder stream = tokenizer.stream();
      assertThat(stream.push(tokenizer.id("▁"))).isEmpty();
      assertThat(stream.push(tokenizer.id("▁"))).isEqualTo(" ");
      assertThat(stream.push(tokenizer.id("▁a"))).isEqualTo(" a");
    }
  }

  private static PromptTokenizer byteFallback() {
    for (Path folder : FixtureFolders.tokenizers()) {
      PromptTokenizer tokenizer = PromptTokenizer.open(folder);
      if (tokenizer.id("<0x0A>") >= 0) {
        return tokenizer;
      }
      tokenizer.close();
    }
    throw new AssertionError("no fixture has a tokenizer with byte fallback");
  }

  private static long[] bytes(PromptTokenizer tokenizer, int... bytes) {
    return Arrays.stream(bytes)
        .mapToLong(each -> tokenizer.id("<0x%02X>".formatted(each)))
        .toArray();
  }
}
