// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.ClipTextConfig;

/**
 * The CLIP text transformer (arXiv 2103.00020). Texts run one at a time and without padding: its
 * attention is causal, so nothing behind a text could change it. What stands for a text is the last
 * hidden state at its end token, which is the first {@code eos_token_id} or, where there is none
 * and in files that misstate it, the highest id. Borrows its parameters from the model.
 */
public final class ClipTextTower implements TextTower {
  private final ClipTextConfig config;
  private final TextEncoder encoder;

  /** Loads the tower. */
  public ClipTextTower(ClipTextConfig config, Parameters parameters) {
    this.config = config;
    encoder = new TextEncoder(config, true, parameters);
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
    return encoder.pooled(table, last -> last.select(0, endOf(ids)), ids);
  }

  @Override
  public List<Tensor> hiddenStates(long... ids) {
    return encoder.states(ids);
  }

  private int endOf(long... ids) {
    int highest = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!config.endsWithHighestId() && ids[i] == config.eosTokenId()) {
        return i;
      }
      highest = ids[i] > ids[highest] ? i : highest;
    }
    return highest;
  }
}
