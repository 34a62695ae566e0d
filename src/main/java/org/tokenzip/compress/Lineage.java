// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What has become of the patches of one view while layers remove and merge tokens: for every token
 * that is left whose place it has and which other patches went into it. Tokens are named by where
 * they stand at the moment, CLS not counted.
 */
final class Lineage {
  /** {@code anchor} is -1 for a token that has no place of its own. */
  private record Token(int anchor, SortedSet<Integer> sources) {
    static Token patch(int index) {
      return new Token(index, new TreeSet<>());
    }

    void take(Token other) {
      if (other.anchor >= 0) {
        sources.add(other.anchor);
      }
      sources.addAll(other.sources);
    }
  }

  private List<Token> tokens;

  /** Nothing has happened to {@code patches} patches. */
  Lineage(int patches) {
    tokens = new ArrayList<>(IntStream.range(0, patches).mapToObj(Token::patch).toList());
  }

  /** Token {@code from} goes, or partly goes, into token {@code to}. */
  void give(int from, int to) {
    tokens.get(to).take(tokens.get(from));
  }

  /** What is left, in its new order. */
  void keep(int... order) {
    tokens = new ArrayList<>(IntStream.of(order).mapToObj(tokens::get).toList());
  }

  /** As {@link #keep}, followed by one token that {@code fused} went into. */
  void keepAndFuse(int[] order, int[] fused) {
    Token one = new Token(-1, new TreeSet<>());
    IntStream.of(fused).mapToObj(tokens::get).forEach(one::take);
    keep(order);
    tokens.add(one);
  }

  /** Puts the tokens, which all have a place, in the order of their places. */
  void sortByAnchor() {
    tokens.sort(Comparator.comparingInt(Token::anchor));
  }

  /** Tokens that are left. */
  int size() {
    return tokens.size();
  }

  /** The tokens as tokens of one view. */
  List<OutputToken> tokens() {
    return tokens.stream().map(Lineage::output).toList();
  }

  private static OutputToken output(Token token) {
    int[] sources = token.sources.stream().mapToInt(Integer::intValue).toArray();
    if (token.anchor < 0) {
      return OutputToken.fused(0, sources);
    }
    return sources.length == 0
        ? OutputToken.kept(0, token.anchor)
        : OutputToken.merged(0, token.anchor, sources);
  }
}
