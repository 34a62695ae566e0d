// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.compress.PromptGuide;
import org.tokenzip.model.text.ExtendedPositions;
import org.tokenzip.model.text.PairedTextTower;
import org.tokenzip.model.text.TextTower;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.text.PromptTokenizer;

/** With the text tower that the vision tower was trained with; borrows all of them. */
record TextTowerGuide(
    VisionTower vision, PairedTextTower paired, PromptTokenizer tokenizer, String question)
    implements PromptGuide {
  @Override
  public boolean hasTextTower() {
    return true;
  }

  @Override
  public Tensor patches(Tensor hidden, Tensor projected) {
    return TensorScope.compute(() -> paired.patches(vision.postNorm(hidden)));
  }

  @Override
  public Tensor segments() {
    long[] ids = tokenizer.encode(question);
    int longest = paired.tower().longest();
    return TensorScope.compute(
        () -> {
          List<Tensor> segments = new ArrayList<>();
          for (int from = 0; from < ids.length; from += longest) {
            long[] segment = Arrays.copyOfRange(ids, from, Math.min(from + longest, ids.length));
            segments.add(paired.text(paired.tower().positions(), segment));
          }
          try (TensorVector rows = new TensorVector(segments.toArray(Tensor[]::new))) {
            return torch.stack(rows, 0);
          }
        });
  }

  @Override
  public Tensor pooled(boolean extended) {
    long[] ids = tokenizer.encode(question);
    TextTower tower = paired.tower();
    return TensorScope.compute(
        () -> {
          Tensor positions = extended ? ExtendedPositions.of(tower.positions()) : tower.positions();
          return paired.text(positions, cut(ids, Math.toIntExact(positions.size(0))));
        });
  }

  /** The end token stays. */
  private static long[] cut(long[] ids, int length) {
    if (ids.length <= length) {
      return ids;
    }
    long[] cut = Arrays.copyOf(ids, length);
    cut[length - 1] = ids[ids.length - 1];
    return cut;
  }

  @Override
  public float logitScale() {
    return paired.logitScale();
  }

  @Override
  public int sign() {
    return paired.relevanceSign();
  }
}
