// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A method that shrinks visual tokens. It may act at three places, and overrides the hooks of those
 * it acts at: inside the layers of the vision tower, between the tower and the language model, and
 * inside the layers of the language model. A new method is one class; no model knows it.
 *
 * <p>Implementations are immutable and may be shared between threads: what changes while a picture
 * is read lives in the {@link TowerReduction} and the {@link DecoderReduction} made for it.
 */
public interface TokenCompressor {
  /** The name that {@link Compressors} lists the method under. */
  String name();

  /**
   * Checks the budget against a tower's sequence. The operators treat a budget that exceeds it as
   * "keep everything"; a user who asks for it is more likely mistaken.
   *
   * @param positions of the tower's sequence, CLS included
   * @throws IllegalArgumentException if the budget asks for more tokens than that
   */
  default void requireFits(long positions) {}

  /** Whether the decision depends on the question, so that another question needs another one. */
  default boolean readsPrompt() {
    return false;
  }

  /** Whether nothing can be decided without a text tower paired with the vision tower. */
  default boolean needsTextTower() {
    return false;
  }

  /**
   * Patches along a side of every view that the tower is to see. Fewer than it was made for stand
   * for a smaller picture: views are shrunk before, and {@link PictureLayout#side} is that of the
   * smaller grid.
   *
   * @return from 1 to the side of {@code tower}
   */
  default int inputSide(TowerShape tower) {
    return tower.side();
  }

  /**
   * First hook: acts inside the tower, for the views of one forward pass.
   *
   * @return null if the tower runs as it is; the caller closes it
   */
  default @Nullable TowerReduction insideTower(TowerShape tower) {
    return null;
  }

  /**
   * Second hook: from the tower's features to the tokens the language model sees. Unless a method
   * says otherwise these are the tokens that are left, projected, in the order of the model or, if
   * some are gone, in that of {@link CompressedLayout}.
   *
   * @return one sequence for each picture; the tensors are the caller's
   * @throws UnsupportedOperationException if the method needs something the model does not have
   * @throws org.tokenzip.runtime.NonFiniteInputException if a NaN or infinity decides
   */
  default List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    if (batch.inTower() == null) {
      return everyPatch(batch);
    }
    try (TokenSelection selection = batch.inTower().selection()) {
      return CompressedLayout.arrange(selection, batch);
    }
  }

  /**
   * Third hook: acts inside the language model, for one prefill.
   *
   * @return null if the language model runs as it is
   */
  default @Nullable DecoderReduction insideDecoder(DecoderShape decoder) {
    return null;
  }

  /** Every patch, projected, in the model's own order; with CLS where the model wants it. */
  static List<VisualSequence> everyPatch(VisualBatch batch) {
    boolean withCls = batch.pictures().stream().anyMatch(each -> each.layout().keepsCls());
    Tensor wanted = withCls ? batch.tokens() : batch.patches();
    Tensor projected = batch.projector().apply(wanted); // [ΣV, N, E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      PictureLayout layout = picture.layout();
      sequences.add(
          layout.sequence(
              VisualBatch.of(picture, projected),
              layout.side(),
              layout.keepsCls()
                  ? Provenance.everyToken(layout.views(), layout.patches())
                  : Provenance.everyPatch(
                      layout.views(), layout.patches(), batch.features().hasCls())));
    }
    return sequences;
  }
}
