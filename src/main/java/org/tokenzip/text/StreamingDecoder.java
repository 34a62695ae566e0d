// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import java.util.Arrays;

/**
 * Turns generated ids into text piece by piece. Concatenating what {@link #push} and {@link
 * #finish} return gives the decoded whole; nothing is returned that a later id could still change.
 * Costs the same for every id, however long the answer. Not for use by several threads at once.
 *
 * <p>A new id is decoded behind the few ids before it, and what those gave alone is cut off: the
 * tokenizer decides about blanks by neighbours, but never looks further back. Two things are held
 * back. A run of byte tokens: unless all of it is valid UTF-8 every byte of it becomes U+FFFD. And
 * a trailing U+FFFD of a byte-level tokenizer: it may be the first half of a character.
 */
public final class StreamingDecoder {
  /** Ids kept as context: more than the four bytes that a character has at most. */
  private static final int CONTEXT = 8;

  private final PromptTokenizer tokenizer;
  private long[] window = new long[2 * CONTEXT];
  private int size;
  private int settled; // characters of the decoded window that have been returned

  StreamingDecoder(PromptTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Takes the next id and returns the text that has become certain, often none. */
  public String push(long id) {
    if (tokenizer.isSilent(id)) {
      return "";
    }
    if (size == window.length) {
      window = Arrays.copyOf(window, 2 * size);
    }
    window[size++] = id;
    if (tokenizer.isByte(id)) {
      return "";
    }
    String text = text();
    String certain = text.substring(settled, certainLength(text));
    slide();
    return certain;
  }

  /** Returns what was held back. The decoder may be used for another answer afterwards. */
  public String finish() {
    String rest = text().substring(settled);
    size = 0;
    settled = 0;
    return rest;
  }

  private String text() {
    return tokenizer.decode(Arrays.copyOf(window, size), true);
  }

  private void slide() {
    int drop = Math.max(0, size - CONTEXT);
    System.arraycopy(window, drop, window, 0, size - drop);
    size -= drop;
    settled = certainLength(text());
  }

  private static int certainLength(String text) {
    return text.endsWith("\uFFFD") ? text.length() - 1 : text.length();
  }
}
