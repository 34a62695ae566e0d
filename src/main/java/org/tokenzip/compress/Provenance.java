// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the visual tokens of one picture come from (METHODS 1.2). Their number is known; the list
 * itself is made when it is first read, from what the method has written down.
 *
 * <p>Immutable, and may be read from several threads at once.
 */
public final class Provenance {
  private static final float[] NOT_SCORED = {};

  private final int outputTokens;
  private final Supplier<List<OutputToken>> account;
  private volatile @Nullable List<OutputToken> tokens;
  private final float[] scores;
  private final int patchesPerView;
  private final boolean hasCls;

  /**
   * Provenance of tokens that are listed when somebody asks.
   *
   * @param outputTokens number of tokens
   * @param account lists them, in the order the language model sees them; may be called by several
   *     threads, and reads nothing that is closed or changed before
   * @param scores of every patch, by number; empty where nothing is scored
   * @param patchesPerView patches of one view
   * @param hasCls whether the tower puts a class token in front of the patches
   */
  public Provenance(
      int outputTokens,
      Supplier<List<OutputToken>> account,
      float[] scores,
      int patchesPerView,
      boolean hasCls) {
    this.outputTokens = outputTokens;
    this.account = account;
    this.scores = scores;
    this.patchesPerView = patchesPerView;
    this.hasCls = hasCls;
  }

  /** Provenance of tokens that are listed already. */
  public Provenance(List<OutputToken> tokens, float[] scores, int patchesPerView, boolean hasCls) {
    this(tokens.size(), () -> tokens, scores, patchesPerView, hasCls);
    this.tokens = List.copyOf(tokens);
  }

  /** Provenance of tokens that nothing was scored for. */
  public static Provenance unscored(List<OutputToken> tokens, int patchesPerView, boolean hasCls) {
    return new Provenance(tokens, NOT_SCORED, patchesPerView, hasCls);
  }

  /** Provenance of tokens that nothing was scored for, listed when somebody asks. */
  public static Provenance unscored(
      int outputTokens, Supplier<List<OutputToken>> account, int patchesPerView, boolean hasCls) {
    return new Provenance(outputTokens, account, NOT_SCORED, patchesPerView, hasCls);
  }

  /** Every patch of {@code views} views, as it is. */
  public static Provenance everyPatch(int views, int patchesPerView, boolean hasCls) {
    return unscored(
        views * patchesPerView,
        () ->
            IntStream.range(0, views * patchesPerView)
                .mapToObj(patch -> OutputToken.kept(patch / patchesPerView, patch))
                .toList(),
        patchesPerView,
        hasCls);
  }

  /** Every position of {@code views} views, the class token in front of the patches. */
  public static Provenance everyToken(int views, int patchesPerView) {
    return unscored(
        views * (patchesPerView + 1),
        () -> {
          List<OutputToken> tokens = new ArrayList<>();
          for (int view = 0; view < views; view++) {
            tokens.add(OutputToken.cls(view));
            for (int patch = 0; patch < patchesPerView; patch++) {
              tokens.add(OutputToken.kept(view, view * patchesPerView + patch));
            }
          }
          return tokens;
        },
        patchesPerView,
        true);
  }

  /** The views of one picture, laid one after another. */
  public static Provenance concat(List<Provenance> views) {
    Provenance first = views.get(0);
    if (views.size() == 1) {
      return first;
    }
    List<Provenance> parts = List.copyOf(views);
    float[] scores = new float[parts.stream().mapToInt(view -> view.scores.length).sum()];
    int at = 0;
    for (Provenance view : parts) {
      System.arraycopy(view.scores, 0, scores, at, view.scores.length);
      at += view.scores.length;
    }
    return new Provenance(
        parts.stream().mapToInt(Provenance::outputTokens).sum(),
        () -> {
          List<OutputToken> tokens = new ArrayList<>();
          for (int view = 0; view < parts.size(); view++) {
            for (OutputToken token : parts.get(view).tokens()) {
              tokens.add(token.inView(view, first.patchesPerView));
            }
          }
          return tokens;
        },
        scores,
        first.patchesPerView,
        first.hasCls);
  }

  /**
   * The same tokens in another order; each entry of {@code order} is a place in {@link #tokens} or,
   * if negative, a newline.
   */
  public Provenance reordered(int... order) {
    return withTokens(
        order.length,
        tokens ->
            IntStream.of(order)
                .mapToObj(i -> i < 0 ? OutputToken.newline() : tokens.get(i))
                .toList());
  }

  /** Other tokens of the same picture. */
  public Provenance withTokens(List<OutputToken> others) {
    return new Provenance(others, scores, patchesPerView, hasCls);
  }

  /**
   * Other tokens of the same picture, made of these when somebody asks.
   *
   * @param count number of the other tokens
   * @param change lists them, given these
   */
  public Provenance withTokens(int count, UnaryOperator<List<OutputToken>> change) {
    return new Provenance(count, () -> change.apply(tokens()), scores, patchesPerView, hasCls);
  }

  /** What a reduction inside the language model leaves of the same tokens. */
  public Provenance after(ReductionStep step) {
    return withTokens(step.kept().length, tokens -> after(step, tokens));
  }

  private static List<OutputToken> after(ReductionStep step, List<OutputToken> tokens) {
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
    return IntStream.range(0, taken.size())
        .mapToObj(i -> tokens.get(step.kept()[i]).with(taken.get(i)))
        .toList();
  }

  /** Number of tokens that come out. */
  public int outputTokens() {
    return outputTokens;
  }

  /** One entry for each token, in the order the language model sees them. */
  public List<OutputToken> tokens() {
    List<OutputToken> listed = tokens;
    if (listed == null) {
      listed = List.copyOf(account.get());
      if (listed.size() != outputTokens) {
        throw new IllegalStateException(
            "provenance: expected " + outputTokens + " tokens, got " + listed.size());
      }
      tokens = listed;
    }
    return listed;
  }

  /** Score of every patch, by number; empty where nothing is scored. Not to be changed. */
  public float[] scores() {
    return scores;
  }

  /** Patches of one view. */
  public int patchesPerView() {
    return patchesPerView;
  }

  /** Whether the tower puts a class token in front of the patches. */
  public boolean hasCls() {
    return hasCls;
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
    for (OutputToken token : tokens()) {
      if (token.kind() == OutputToken.Kind.MERGED) {
        for (int source : token.sources()) {
          targetOf.putIfAbsent(source, token.anchor());
        }
      }
    }
    return Collections.unmodifiableSortedMap(targetOf);
  }

  private int[] anchors(OutputToken.Kind kind) {
    return tokens().stream()
        .filter(token -> token.kind() == kind)
        .mapToInt(OutputToken::anchor)
        .toArray();
  }
}
