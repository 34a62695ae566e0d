// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.PoolingFunctions.tkz_pool_size;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.PoolingFunctions.PromptPoolParams;
import org.tokenzip.runtime.Status;

/**
 * Windows of a pooling: {@code tkz_prompt_pool_params}. Of kernel, stride and output some may be
 * null; {@link #fit} completes them for an input.
 *
 * @param kernel size of a window
 * @param stride from one window to the next
 * @param output number of windows
 * @param temperature of the softmax within a window, above 0; 0.01 as published
 */
public record PoolWindows(
    @Nullable Cells kernel, @Nullable Cells stride, @Nullable Cells output, float temperature) {
  /** As published. */
  public static final float TEMPERATURE = 0.01f;

  /** Frames, rows and columns. */
  public record Cells(long frames, long rows, long columns) {}

  /** All windows of a size that fit side by side. */
  public static PoolWindows tiles(long frames, long rows, long columns) {
    Cells size = new Cells(frames, rows, columns);
    return new PoolWindows(size, size, null, TEMPERATURE);
  }

  /** So many windows, evenly spread. */
  public static PoolWindows output(long frames, long rows, long columns) {
    return new PoolWindows(null, null, new Cells(frames, rows, columns), TEMPERATURE);
  }

  /**
   * Completes the windows for an input of so many frames, rows and columns. All three sizes of the
   * result are there.
   *
   * @throws IllegalArgumentException if they are too few or contradict the input
   */
  public Fitted fit(long frames, long rows, long columns) {
    PromptPoolParams params = struct();
    ByteBuffer memory = ByteBuffer.allocateDirect(3 * Long.BYTES).order(ByteOrder.nativeOrder());
    memory.putLong(0, frames).putLong(Long.BYTES, rows).putLong(2 * Long.BYTES, columns);
    Status.check(tkz_pool_size(new LongPointer(new Pointer(memory)), params));
    return new Fitted(
        new Cells(params.kernel(0), params.kernel(1), params.kernel(2)),
        new Cells(params.stride(0), params.stride(1), params.stride(2)),
        new Cells(params.output(0), params.output(1), params.output(2)));
  }

  /** Windows completed for one input. */
  public record Fitted(Cells kernel, Cells stride, Cells output) {}

  PromptPoolParams struct() {
    PromptPoolParams params =
        Call.struct(PromptPoolParams.class, PromptPoolParams::new)
            .size(Pointer.sizeof(PromptPoolParams.class))
            .temperature(temperature);
    Cells none = new Cells(0, 0, 0);
    Cells k = kernel == null ? none : kernel;
    Cells s = stride == null ? none : stride;
    Cells o = output == null ? none : output;
    return params
        .kernel(0, k.frames)
        .kernel(1, k.rows)
        .kernel(2, k.columns)
        .stride(0, s.frames)
        .stride(1, s.rows)
        .stride(2, s.columns)
        .output(0, o.frames)
        .output(1, o.rows)
        .output(2, o.columns);
  }
}
