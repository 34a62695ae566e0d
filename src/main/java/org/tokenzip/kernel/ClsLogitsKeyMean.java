// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.tensor.Shapes;

/** Logits of the CLS query and the key metric, from one read of the keys. */
public final class ClsLogitsKeyMean {
  private ClsLogitsKeyMean() {}

  /**
   * The two results, fp32 and contiguous.
   *
   * @param logits [B, H, S]: scale · query · key
   * @param keyMean [B, S, d]: mean of the keys over heads
   */
  public record Result(Tensor logits, Tensor keyMean) implements AutoCloseable {
    @Override
    public void close() {
      logits.close();
      keyMean.close();
    }
  }

  /** {@code query} [B, H, d] and {@code keys} [B, H, S, d] of one dtype: fp32, fp16 or bf16. */
  public static Result apply(Tensor query, Tensor keys, float scale) {
    Shapes.require(keys, "keys", 4);
    long batch = keys.size(0);
    long heads = keys.size(1);
    long positions = keys.size(2);
    long width = keys.size(3);
    Shapes.require(query, "query", batch, heads, width);
    Launch launch = Launch.on(keys, "keys").require(query, "query", keys);
    Result result =
        new Result(launch.floats(batch, heads, positions), launch.floats(batch, positions, width));
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_cls_logits_key_mean(
              launch.context(),
              launch.stream(),
              null,
              view(query),
              view(keys),
              scale,
              view(result.logits),
              view(result.keyMean)));
      return result;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }
}
