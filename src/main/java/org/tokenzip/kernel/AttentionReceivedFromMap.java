// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.tensor.Shapes;

/** Mean attention that every position receives: the score of towers without a CLS token. */
public final class AttentionReceivedFromMap {
  private AttentionReceivedFromMap() {}

  /**
   * {@code map} [B, H, S, S], softmax applied; returns fp32 [B, S], the mean over heads and rows,
   * each position's attention to itself included.
   */
  public static Tensor apply(Tensor map) {
    Shapes.require(map, "map", 4);
    long positions = map.size(3);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, positions, positions);
    Launch launch = Launch.on(map, "map");
    Tensor scores = launch.floats(map.size(0), positions);
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_attention_received_from_map(
              launch.context(), launch.stream(), null, view(map), 0, -1, 0, -1, view(scores)));
      return scores;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }
}
