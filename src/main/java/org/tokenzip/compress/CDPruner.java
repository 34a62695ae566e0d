// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.CosineMatrix;
import org.tokenzip.kernel.FlaggedTensor;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.GreedyDpp;
import org.tokenzip.kernel.MeanCosine;
import org.tokenzip.kernel.MinMaxRelevance;
import org.tokenzip.kernel.Relevance;
import org.tokenzip.tensor.Tensors;

/**
 * CDPruner (arXiv 2506.10967): keeps the projected tokens that have to do with the question and
 * differ from each other, by a determinantal point process. Relevance is scaled over all views of a
 * picture; each view then keeps as many tokens as the others.
 *
 * <p>The kernel is r_i · cos(X_i, X_j) · r_j, r the relevance scaled to 0 to 1. The centred variant
 * takes cosines of what is left of the tokens of a view when their mean is subtracted, and r_i ·
 * g_i in the place of r_i, where g is how distinct a token is: the negative mean of its plain
 * cosines with all tokens of the view, scaled in the same way. (Nearly all of these means are
 * positive; with g unscaled the square in the kernel would favour the least distinct tokens.)
 */
public final class CDPruner implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "cdpruner";

  /** Name of the centred variant. */
  public static final String CENTRED = "cdpruner-centred";

  private static final Setting SIGN =
      new Setting("sign", "0", "of the relevance, 1 or -1; 0 for what the model says");

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "keeps tokens that fit the question and differ from each other",
          "arXiv 2506.10967",
          "after the projector",
          "the question; the text tower where there is one",
          "the text tower, and a product of all pairs of tokens",
          List.of(SIGN),
          (budget, settings) -> make(budget, settings, false));

  static final CompressionMethod CENTRED_METHOD =
      new CompressionMethod(
          CENTRED,
          "cdpruner on tokens without what all of them share",
          "arXiv 2506.10967",
          "after the projector",
          "the question; the text tower where there is one",
          "the text tower, and two products of all pairs of tokens",
          List.of(SIGN),
          (budget, settings) -> make(budget, settings, true));

  private static TokenCompressor make(Budget budget, Settings settings, boolean centred) {
    return new CDPruner(
        new CDPrunerOptions(budget.keep(), settings.integer("sign", 0, -1, 1), centred));
  }

  private final CDPrunerOptions options;

  public CDPruner(CDPrunerOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return options.centred() ? CENTRED : NAME;
  }

  /** Budget and sign. */
  public CDPrunerOptions options() {
    return options;
  }

  @Override
  public boolean readsPrompt() {
    return true;
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    if (options.keep() >= batch.features().patches()) {
      return TokenCompressor.everyPatch(batch);
    }
    Tensor patches = batch.features().patchTokens(); // [ΣV, N, D]
    Tensor projected = batch.projector().apply(batch.patches()); // [ΣV, N, E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      Tensor tokens = VisualBatch.of(picture, projected); // [V, N, E]
      PromptGuide guide = guide(picture.guide());
      Tensor relevance = relevance(guide, VisualBatch.of(picture, patches), tokens); // [V, N]
      sequences.add(choose(tokens, relevance, picture.layout(), batch.features().hasCls()));
    }
    return sequences;
  }

  private PromptGuide guide(@Nullable PromptGuide guide) {
    if (guide == null) {
      throw new UnsupportedOperationException(
          name() + ": expected a question about the picture, got none");
    }
    return guide;
  }

  /** Scaled to 0 to 1 over all views of a picture. */
  private Tensor relevance(PromptGuide guide, Tensor hidden, Tensor projected) {
    Tensor shared = guide.patches(hidden, projected); // [V, N, P]
    Tensor text = guide.segments().unsqueeze(0); // [1, K, P]
    int sign = options.sign() == 0 ? guide.sign() : options.sign();
    try (FlaggedTensor raw =
        Relevance.apply(shared.flatten(0, 1).unsqueeze(0), text, sign, false)) {
      return MinMaxRelevance.apply(raw.requireFinite()).reshape(hidden.size(0), hidden.size(1));
    }
  }

  private VisualSequence choose(
      Tensor tokens, Tensor relevance, PictureLayout layout, boolean hasCls) {
    Tensor weight = options.centred() ? relevance.mul(distinctness(tokens)) : relevance;
    try (FlaggedTensor cosine = CosineMatrix.apply(null, tokens, options.centred());
        FlaggedTensor picks = GreedyDpp.apply(cosine.values(), weight, options.keep(), false)) {
      cosine.requireFinite();
      int[] chosen = Tensors.toIntArray(picks.requireFinite());
      List<Provenance> views =
          IntStream.range(0, layout.views())
              .mapToObj(view -> provenance(chosen, relevance.select(0, view), view, hasCls))
              .toList();
      Tensor kept = Gather.apply(tokens, picks.values()); // [V, keep, E]
      return layout.views() == 1 // and so without a newline behind it
          ? new VisualSequence(kept.squeeze(0), views.get(0))
          : CompressedLayout.arrange(kept, views, layout, false);
    }
  }

  private static Tensor distinctness(Tensor tokens) {
    try (FlaggedTensor mean = MeanCosine.apply(tokens)) {
      return MinMaxRelevance.apply(mean.requireFinite().neg()); // [V, N]
    }
  }

  private Provenance provenance(int[] chosen, Tensor scores, int view, boolean hasCls) {
    int keep = options.keep();
    float[] values = Tensors.toFloatArray(scores);
    return new Provenance(
        keep,
        () ->
            IntStream.range(view * keep, (view + 1) * keep)
                .mapToObj(i -> OutputToken.kept(0, chosen[i]))
                .toList(),
        values,
        values.length,
        hasCls);
  }

  @Override
  public String toString() {
    return name() + " " + options.keep();
  }
}
