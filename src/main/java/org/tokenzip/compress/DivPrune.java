// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.CosineMatrix;
import org.tokenzip.kernel.FlaggedTensor;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.GreedyMaxMin;
import org.tokenzip.kernel.MatrixKind;
import org.tokenzip.tensor.Tensors;

/**
 * DivPrune (arXiv 2503.02175): keeps the projected tokens that are farthest apart. Takes a picture
 * as the language model would see it, all views and newline embeddings in one sequence, and leaves
 * what it keeps in that order.
 */
public final class DivPrune implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "divprune";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "keeps the projected tokens that differ most from each other",
          "arXiv 2503.02175",
          "after the projector",
          "nothing but the tokens",
          "a product of all pairs of tokens; under 1 % of the vision tower",
          List.of(new Setting("share", "-", "share of the sequence to keep, in place of a number")),
          (budget, settings) ->
              new DivPrune(
                  settings.has("share")
                      ? DivPruneOptions.ofShare(settings.number("share", 1, 0, 1))
                      : DivPruneOptions.ofKeep(budget.keep())));

  private final DivPruneOptions options;

  public DivPrune(DivPruneOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The budget. */
  public DivPruneOptions options() {
    return options;
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    List<VisualSequence> whole = TokenCompressor.everyPatch(batch);
    List<VisualSequence> pruned = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      int length = whole.get(i).provenance().outputTokens();
      PictureLayout layout = batch.pictures().get(i).layout();
      int count = options.count(layout.views(), layout.patches(), length);
      pruned.add(count < length ? prune(whole.get(i), count) : whole.get(i));
    }
    return pruned;
  }

  private static VisualSequence prune(VisualSequence sequence, int count) {
    Tensor tokens = sequence.tokens().unsqueeze(0); // [1, n, E]
    try (FlaggedTensor cosine = CosineMatrix.apply(tokens);
        FlaggedTensor picks =
            GreedyMaxMin.apply(cosine.values(), MatrixKind.SIMILARITY, count, false)) {
      cosine.requireFinite();
      int[] kept = Tensors.toIntArray(picks.requireFinite());
      return new VisualSequence(
          Gather.apply(tokens, picks.values()).squeeze(0), sequence.provenance().reordered(kept));
    }
  }

  @Override
  public String toString() {
    return NAME + " " + options;
  }
}
