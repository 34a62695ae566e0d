// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Where the visual tokens of one picture come from (METHODS 1.2).
 *
 * @param tokens one entry for each, in the order the language model sees them
 * @param scores of every patch, by number; empty where nothing is scored
 * @param patchesPerView patches of one view
 * @param hasCls whether the tower puts a class token in front of the patches
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Provenance(
    List<OutputToken> tokens, float[] scores, int patchesPerView, boolean hasCls) {
  private static final float[] NOT_SCORED = {};

  public Provenance {
    tokens = List.copyOf(tokens);
  }

  /** Provenance of tokens that nothing was scored for. */
  public static Provenance unscored(List<OutputToken> tokens, int patchesPerView, boolean hasCls) {
    return new Provenance(tokens, NOT_SCORED, patchesPerView, hasCls);
  }

  /** Every patch of {@code views} views, as it is. */
  public static Provenance everyPatch(int views, int patchesPerView, boolean hasCls) {
    return unscored(
        IntStream.range(0, views * patchesPerView)
            .mapToObj(patch -> OutputToken.kept(patch / patchesPerView, patch))
            .toList(),
        patchesPerView,
        hasCls);
  }

  /** Every position of {@code views} views, the class token in front of the patches. */
  public static Provenance everyToken(int views, int patchesPerView) {
    List<OutputToken> tokens = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      tokens.add(OutputToken.cls(view));
      for (int patch = 0; patch < patchesPerView; patch++) {
        tokens.add(OutputToken.kept(view, view * patchesPerView + patch));
      }
    }
    return unscored(tokens, patchesPerView, true);
  }

  /** The views of one picture, laid one after another. */
  public static Provenance concat(List<Provenance> views) {
    Provenance first = views.get(0);
    List<OutputToken> tokens = new ArrayList<>();
    int scored = 0;
    for (int view = 0; view < views.size(); view++) {
      for (OutputToken token : views.get(view).tokens) {
        tokens.add(token.inView(view, first.patchesPerView));
      }
      scored += views.get(view).scores.length;
    }
    float[] scores = new float[scored];
    int at = 0;
    for (Provenance view : views) {
      System.arraycopy(view.scores, 0, scores, at, view.scores.length);
      at += view.scores.length;
    }
    return new Provenance(tokens, scores, first.patchesPerView, first.hasCls);
  }

  /**
   * The same tokens in another order; each entry of {@code order} is a place in {@link #tokens}.
   */
  public Provenance reordered(int... order) {
    return withTokens(IntStream.of(order).mapToObj(tokens::get).toList());
  }

  /** Other tokens of the same picture. */
  public Provenance withTokens(List<OutputToken> others) {
    return new Provenance(others, scores, patchesPerView, hasCls);
  }

  /** What a reduction inside the language model leaves of the same tokens. */
  public Provenance after(ReductionStep step) {
    List<List<OutputToken>> taken = new ArrayList<>();
    for (int i = 0; i < step.kept().length; i++) {
      taken.add(new ArrayList<>());
    }
    int next = 0;
    int removed = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (next < step.kept().length && step.kept()[next] == i) {
        next++;
      } else {
        for (int target : step.targets().get(removed++)) {
          taken.get(target).add(tokens.get(i));
        }
      }
    }
    return withTokens(
        IntStream.range(0, taken.size())
            .mapToObj(i -> tokens.get(step.kept()[i]).with(taken.get(i)))
            .toList());
  }

  /** Number of tokens that come out. */
  public int outputTokens() {
    return tokens.size();
  }

  /** Patches passed on unchanged, in the order of the tokens. */
  public int[] keptPatches() {
    return anchors(OutputToken.Kind.KEPT);
  }

  /** Patches that others may have been merged into, in the order of the tokens. */
  public int[] targetPatches() {
    return anchors(OutputToken.Kind.MERGED);
  }

  /**
   * Every absorbed patch with the target patch it went to, by ascending patch; the first target
   * where it was divided.
   */
  public SortedMap<Integer, Integer> mergedPatches() {
    SortedMap<Integer, Integer> targetOf = new TreeMap<>();
    for (OutputToken token : tokens) {
      if (token.kind() == OutputToken.Kind.MERGED) {
        for (int source : token.sources()) {
          targetOf.putIfAbsent(source, token.anchor());
        }
      }
    }
    return Collections.unmodifiableSortedMap(targetOf);
  }

  private int[] anchors(OutputToken.Kind kind) {
    return tokens.stream()
        .filter(token -> token.kind() == kind)
        .mapToInt(OutputToken::anchor)
        .toArray();
  }
}
