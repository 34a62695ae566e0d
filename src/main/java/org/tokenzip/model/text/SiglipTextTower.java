// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.weights.SiglipTextConfig;

/**
 * The SigLIP text transformer (arXiv 2303.15343). Every token sees every other, and every text is
 * as long as the position table: shorter ones are padded, and the padding is seen like any token,
 * as in training. What stands for a text is the last hidden state at the last position, padding or
 * not. Borrows its parameters from the model.
 */
public final class SiglipTextTower implements TextTower {
  private final SiglipTextConfig config;
  private final TextEncoder encoder;

  /** Loads the tower. */
  public SiglipTextTower(SiglipTextConfig config, Parameters parameters) {
    this.config = config;
    encoder = new TextEncoder(config, false, parameters);
  }

  @Override
  public int longest() {
    return config.positions();
  }

  @Override
  public Tensor positions() {
    return encoder.positions();
  }

  @Override
  public Tensor pooled(Tensor table, long... ids) {
    return encoder.pooled(table, last -> last.select(0, -1), padded(table, ids));
  }

  @Override
  public List<Tensor> hiddenStates(long... ids) {
    return encoder.states(padded(encoder.positions(), ids));
  }

  private long[] padded(Tensor table, long... ids) {
    Shapes.require(table, "table", Shapes.ANY, config.hiddenSize());
    encoder.requireFits(table, ids);
    long[] padded = Arrays.copyOf(ids, Math.toIntExact(table.size(0)));
    Arrays.fill(padded, ids.length, padded.length, config.padTokenId());
    return padded;
  }
}
