// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where one visual token that the language model sees comes from. Patches are counted row by row
 * over the grid of a view, and view after view where a picture has several: patch p of view v is
 * number v · N + p.
 *
 * @param kind what was done to form it
 * @param view the view it belongs to, -1 where it belongs to none
 * @param anchor the patch whose place it takes, -1 where it takes none's
 * @param sources the other patches that went into it, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record OutputToken(Kind kind, int view, int anchor, int[] sources) {
  private static final int[] NOBODY = {};

  /** What was done to form a token. */
  public enum Kind {
    /** The tower's class token, passed on. */
    CLS,
    /** A patch, passed on as it is. */
    KEPT,
    /** A patch that others may be merged into. */
    MERGED,
    /** Patches that had no place of their own any more, in one token. */
    FUSED,
    /** The patches of a window. */
    POOLED,
    /** The model's embedding for the end of a row of patches. */
    NEWLINE
  }

  /** The class token of {@code view}. */
  public static OutputToken cls(int view) {
    return new OutputToken(Kind.CLS, view, -1, NOBODY);
  }

  /** A patch that stays as it is. */
  public static OutputToken kept(int view, int patch) {
    return new OutputToken(Kind.KEPT, view, patch, NOBODY);
  }

  /** A patch that takes in {@code sources}, which may be none. */
  public static OutputToken merged(int view, int patch, int... sources) {
    return new OutputToken(Kind.MERGED, view, patch, sources);
  }

  /** What is left of {@code sources}. */
  public static OutputToken fused(int view, int... sources) {
    return new OutputToken(Kind.FUSED, view, -1, sources);
  }

  /** A window over {@code sources}; {@code view} is that of the first. */
  public static OutputToken pooled(int view, int... sources) {
    return new OutputToken(Kind.POOLED, view, -1, sources);
  }

  /** The end of a row. */
  public static OutputToken newline() {
    return new OutputToken(Kind.NEWLINE, -1, -1, NOBODY);
  }

  /** This token with others merged into it. */
  OutputToken with(List<OutputToken> others) {
    if (others.isEmpty()) {
      return this;
    }
    IntStream theirs = others.stream().flatMapToInt(OutputToken::patches);
    int[] all = IntStream.concat(IntStream.of(sources), theirs).distinct().sorted().toArray();
    return new OutputToken(kind == Kind.KEPT ? Kind.MERGED : kind, view, anchor, all);
  }

  /** All patches in it. */
  private IntStream patches() {
    return IntStream.concat(
        anchor < 0 ? IntStream.empty() : IntStream.of(anchor), IntStream.of(sources));
  }

  /** The same token of a picture of which this view is number {@code index}. */
  OutputToken inView(int index, int patchesPerView) {
    if (index == 0 || kind == Kind.NEWLINE) {
      return this;
    }
    int[] moved = new int[sources.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = sources[i] + index * patchesPerView;
    }
    int there = anchor < 0 ? anchor : anchor + index * patchesPerView;
    return new OutputToken(kind, index, there, moved);
  }
}
