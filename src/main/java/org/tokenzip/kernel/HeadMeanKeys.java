// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.tensor.Shapes;

/** Mean of the keys of a layer over its heads: the metric that tokens are compared by. */
public final class HeadMeanKeys {
  private HeadMeanKeys() {}

  /** {@code keys} [B, H, S, d] in fp32, fp16 or bf16; returns fp32 [B, S, d]. */
  public static Tensor apply(Tensor keys) {
    Shapes.require(keys, "keys", 4);
    Launch launch = Launch.on(keys, "keys");
    Tensor keyMean = launch.floats(keys.size(0), keys.size(2), keys.size(3));
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_head_mean_keys(
              launch.context(), launch.stream(), null, view(keys), view(keyMean)));
      return keyMean;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }
}
