// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.DecoderLayer;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.PositionPolicy;
import org.tokenzip.compress.ReductionStep;
import org.tokenzip.tensor.Shapes;

/**
 * The visual tokens of a prompt, side by side, with a method that shrinks them while the language
 * model reads it: which are left, and what every layer saw of them. For one prefill on one thread;
 * afterwards it can be asked what happened.
 */
public final class VisualBlock {
  private final int start;
  private final int count;
  private final DecoderReduction method;
  private final List<ReductionStep> steps = new ArrayList<>();
  private final List<Integer> attended = new ArrayList<>();
  private final List<Integer> fed = new ArrayList<>();
  private int[] left;
  private int positions;

  /**
   * A block.
   *
   * @param start position of its first token
   * @param count its tokens
   * @param method made for this prefill
   */
  public VisualBlock(int start, int count, DecoderReduction method) {
    if (start < 0 || count < 1) {
      throw new IllegalArgumentException(
          "visual tokens: expected 1 or more from position 0 or later, got "
              + count
              + " from "
              + start);
    }
    this.start = start;
    this.count = count;
    this.method = method;
    left = IntStream.range(0, count).toArray();
  }

  /** Every reduction, in order. */
  public List<ReductionStep> steps() {
    return Collections.unmodifiableList(steps);
  }

  /** Visual tokens that the attention of each layer saw. */
  public List<Integer> attended() {
    return Collections.unmodifiableList(attended);
  }

  /** Visual tokens that went through the feed-forward part of each layer. */
  public List<Integer> fed() {
    return Collections.unmodifiableList(fed);
  }

  /** Tokens there were at first. */
  public int count() {
    return count;
  }

  /** Position behind the block in the full sequence. */
  int end() {
    return start + count;
  }

  PositionPolicy policy() {
    return method.positions();
  }

  /** Begins with a prompt of {@code length} positions. */
  void enter(long length) {
    if (positions > 0) {
      throw new IllegalStateException("a visual block expects one prefill, got another");
    }
    if (length <= end()) {
      throw new IllegalArgumentException(
          "prompt: expected text after the picture for a method inside the language model, got "
              + length
              + " positions with visual tokens up to the last");
    }
    positions = Math.toIntExact(length);
  }

  /** Positions of the whole sequence that are left. */
  int length() {
    return positions - count + left.length;
  }

  /** The full sequence's positions of the tokens that are left. */
  long[] originalPositions() {
    return IntStream.concat(
            IntStream.concat(
                IntStream.range(0, start), Arrays.stream(left).map(place -> start + place)),
            IntStream.range(end(), positions))
        .asLongStream()
        .toArray();
  }

  /** Between attention and feed-forward part; {@code hidden} itself where nothing changes. */
  Tensor afterAttention(int layer, Tensor hidden, Tensor queries, Tensor keys) {
    attended.add(left.length);
    DecoderLayer here = at(layer, hidden, queries, keys);
    Tensor next = reduced(here, method.afterAttention(here));
    fed.add(left.length);
    return next;
  }

  /** Behind the layer; {@code hidden} itself where nothing changes. */
  Tensor afterLayer(int layer, Tensor hidden, Tensor queries, Tensor keys) {
    DecoderLayer here = at(layer, hidden, queries, keys);
    return reduced(here, method.afterLayer(here));
  }

  private DecoderLayer at(int layer, Tensor hidden, Tensor queries, Tensor keys) {
    return new DecoderLayer(layer, hidden, queries, keys, start, left.length);
  }

  private Tensor reduced(DecoderLayer layer, DecoderReduction.@Nullable Reduced reduced) {
    if (reduced == null) {
      return layer.hidden();
    }
    int[] kept = reduced.kept();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] < (i == 0 ? 0 : kept[i - 1] + 1) || kept[i] >= left.length) {
        throw new IllegalArgumentException(
            "kept: expected ascending places below " + left.length + ", got " + kept[i]);
      }
    }
    if (reduced.targets().size() != left.length - kept.length) {
      throw new IllegalArgumentException(
          "targets: expected an entry for each of the "
              + (left.length - kept.length)
              + " removed tokens, got "
              + reduced.targets().size());
    }
    left = Arrays.stream(kept).map(place -> left[place]).toArray();
    Shapes.require(reduced.hidden(), "reduced hidden", 1, length(), layer.hidden().size(2));
    steps.add(new ReductionStep(layer.index(), kept, reduced.targets()));
    return reduced.hidden();
  }
}
