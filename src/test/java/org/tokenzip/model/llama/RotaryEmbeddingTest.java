// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.SafetensorsWriter;
import org.tokenzip.weights.CheckpointWeights;
import org.tokenzip.weights.LoadListener;

@ExtendWith(NoLeaks.class)
class RotaryEmbeddingTest {
  private static final int LONGEST = 1 << 24;

  @TempDir Path dir;

  @Test
  void theTableGrowsWithTheSequence() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Parameters parameters = parameters()) {
      RotaryEmbedding rotary = new RotaryEmbedding(4, 10000, LONGEST, parameters);
      List<Callable<float[]>> uses = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        long position = 4095L << (i % 6);
        uses.add(() -> rotated(rotary, position));
      }
      List<Future<float[]>> results = threads.invokeAll(uses);
      for (int i = 0; i < results.size(); i++) {
        int position = 4095 << (i % 6);
        assertThat(results.get(i).get())
            .as("position %d", position)
            .containsExactly(expected(position), within(1e-5f));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void rowsHavePositionsOfTheirOwn() throws IOException {
    try (Parameters parameters = parameters();
        TensorScope scope = new TensorScope()) {
      RotaryEmbedding rotary = new RotaryEmbedding(4, 10000, LONGEST, parameters);
      float[] rows =
          Tensors.toFloatArray(
              rotary
                  .at(new long[] {3, 5000}, 2)
                  .apply(Tensors.of(new float[] {1, 2, 3, 4, 1, 2, 3, 4}, 2, 1, 1, 4)));
      assertThat(Arrays.copyOf(rows, 4)).containsExactly(expected(3), within(1e-5f));
      assertThat(Arrays.copyOfRange(rows, 4, 8)).containsExactly(expected(5000), within(1e-5f));
    }
  }

  private static float[] rotated(RotaryEmbedding rotary, long position) {
    try (TensorScope scope = new TensorScope()) {
      return Tensors.toFloatArray(
          rotary.consecutive(position, 1).apply(Tensors.of(new float[] {1, 2, 3, 4}, 1, 1, 1, 4)));
    }
  }

  /** 1 turns with 3 by the position, 2 with 4 by a hundredth of it. */
  private static float[] expected(int position) {
    float slow = position * (1 / 100f);
    float cos = (float) Math.cos(position);
    float sin = (float) Math.sin(position);
    float slowCos = (float) Math.cos(slow);
    float slowSin = (float) Math.sin(slow);
    return new float[] {
      cos - 3 * sin, 2 * slowCos - 4 * slowSin, 3 * cos + sin, 4 * slowCos + 2 * slowSin
    };
  }

  private Parameters parameters() throws IOException {
    new SafetensorsWriter().floats("a", new float[] {1}, 1).write(dir.resolve("model.safetensors"));
    return new Parameters(CheckpointWeights.open(dir, LoadListener.NONE), DType.FP32, Device.CPU);
  }
}
