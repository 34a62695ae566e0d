// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.FlaggedTensor;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PromptPool3d;
import org.tokenzip.kernel.Relevance;
import org.tokenzip.tensor.Tensors;

/**
 * PPLLaVA (arXiv 2411.02327): pools projected tokens in windows of frames, rows and columns, each
 * weighted by how well it fits the question. The weights are a softmax over all positions of all
 * pictures of a prompt, then one over each window at a low temperature.
 *
 * <p>Crops are pooled one by one and stitched as the model stitches whole ones, with its newlines.
 */
public final class PPLLaVA implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "ppllava";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "pools windows of tokens, weighted by how well they fit the question",
          "arXiv 2411.02327",
          "after the projector",
          "the text tower",
          "the text tower, and one pass over the tokens",
          PPLLaVAOptions.SETTINGS,
          (budget, settings) -> new PPLLaVA(PPLLaVAOptions.read(budget, settings)));

  private final PPLLaVAOptions options;

  public PPLLaVA(PPLLaVAOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Windows and temperature. */
  public PPLLaVAOptions options() {
    return options;
  }

  @Override
  public boolean readsPrompt() {
    return true;
  }

  @Override
  public boolean needsTextTower() {
    return true;
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    if (batch.pictures().stream().allMatch(picture -> options.keepsAll(picture.layout()))) {
      return TokenCompressor.everyPatch(batch);
    }
    Tensor projected = batch.projector().apply(batch.patches()); // [ΣV, N, E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (List<VisualBatch.Picture> prompt : batch.prompts()) {
      Tensor relevance = relevance(prompt, batch, projected); // [V of the prompt, N]
      int first = prompt.get(0).firstView();
      for (VisualBatch.Picture picture : prompt) {
        int views = picture.layout().views();
        sequences.add(
            pool(
                VisualBatch.of(picture, projected),
                relevance.narrow(0, picture.firstView() - first, views),
                picture.layout(),
                batch.features().hasCls()));
      }
    }
    return sequences;
  }

  /** A softmax over all positions of all pictures of a prompt. */
  private Tensor relevance(List<VisualBatch.Picture> prompt, VisualBatch batch, Tensor projected) {
    PromptGuide guide = prompt.get(0).guide();
    if (guide == null || !guide.hasTextTower()) {
      throw new UnsupportedOperationException(
          NAME
              + ": expected "
              + (guide == null
                  ? "a question about the picture, got none"
                  : "a text tower paired with the vision tower, found none"));
    }
    int first = prompt.get(0).firstView();
    int views = prompt.stream().mapToInt(picture -> picture.layout().views()).sum();
    Tensor hidden = batch.features().patchTokens().narrow(0, first, views); // [V, N, D]
    Tensor shared = guide.patches(hidden, projected.narrow(0, first, views)); // [V, N, P]
    Tensor text = guide.pooled(options.extendPositions()).unsqueeze(0); // [1, P]
    try (FlaggedTensor scores =
        Relevance.apply(shared.flatten(0, 1).unsqueeze(0), text, guide.logitScale(), true)) {
      return scores.requireFinite().reshape(views, hidden.size(1));
    }
  }

  private VisualSequence pool(
      Tensor tokens, Tensor relevance, PictureLayout layout, boolean hasCls) {
    int views = layout.views();
    int side = layout.side();
    PoolWindows windows = options.windows(layout);
    PoolWindows.Fitted fitted = windows.fit(views, side, side);
    PoolWindows.Cells output = fitted.output();
    Provenance provenance =
        new Provenance(
            Math.toIntExact(output.frames() * output.rows() * output.columns()),
            () -> PooledTokens.of(fitted, side),
            Tensors.toFloatArray(relevance),
            layout.patches(),
            hasCls);
    Tensor weight = relevance.reshape(1, views, side, side);
    try (FlaggedTensor pooled =
        PromptPool3d.apply(windows, tokens.unflatten(1, side, side).unsqueeze(0), weight)) {
      Tensor cells = pooled.requireFinite().squeeze(0).flatten(1, 2); // [T', h·w, E]
      return arrange(cells, output, provenance, layout);
    }
  }

  private static VisualSequence arrange(
      Tensor cells, PoolWindows.Cells size, Provenance provenance, PictureLayout layout) {
    if (layout.gridWidth() == 0) {
      Tensor rows = cells.flatten(0, 1);
      return layout.isClip()
          ? new VisualSequence(rows, provenance)
          : CompressedLayout.withNewline(rows, provenance, layout.newline());
    }
    if (size.rows() != size.columns() || size.frames() != layout.views()) {
      throw new IllegalArgumentException(
          String.format(
              "%s: expected square windows of one crop for a picture in crops, got %d×%d×%d cells"
                  + " of %d views",
              NAME, size.frames(), size.rows(), size.columns(), layout.views()));
    }
    return layout.sequence(cells, Math.toIntExact(size.rows()), provenance);
  }

  @Override
  public String toString() {
    return NAME + " " + options;
  }
}
