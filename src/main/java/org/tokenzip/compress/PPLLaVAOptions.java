// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PoolWindows.Cells;

/**
 * Settings of {@link PPLLaVA}. Windows are given by two of kernel, stride and output, by a kernel
 * that is its own stride, by an output alone, or by a budget.
 *
 * @param keep tokens for each view: chooses the most windows that are not more, which tile the view
 *     where they can, as the published ones of 3 by 3 patches do for 64 of 576, and overlap a
 *     little where they cannot. Not looked at where windows are given
 * @param kernel frames, rows and columns of a window; null if not given
 * @param stride from one window to the next; null if not given
 * @param output number of windows; null if not given
 * @param temperature of the softmax within a window, above 0
 * @param extendPositions whether the text tower's positions are extended, so that it reads longer
 *     questions
 */
public record PPLLaVAOptions(
    int keep,
    @Nullable Cells kernel,
    @Nullable Cells stride,
    @Nullable Cells output,
    float temperature,
    boolean extendPositions) {
  /** Frames in a window of a clip, as published. */
  private static final int CLIP_FRAMES = 2;

  private static final int MOST = 1 << 16;

  static final List<Setting> SETTINGS =
      List.of(
          new Setting("kernel", "by budget", "frames,rows,columns of a window"),
          new Setting("stride", "kernel", "from one window to the next, likewise"),
          new Setting("output", "-", "number of windows, likewise"),
          new Setting("temperature", "0.01", "of the softmax within a window"),
          new Setting(
              "extend-positions",
              "false",
              "whether to read longer questions: 248 tokens, SigLIP 196"));

  public PPLLaVAOptions {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature: expected one above 0, got " + temperature);
    }
    if (keep < 1 && kernel == null && output == null) {
      throw new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep);
    }
    if (stride != null && kernel == null && output == null) {
      throw new IllegalArgumentException(
          "stride: expected a kernel or an output with it, got none");
    }
  }

  /**
   * The published windows of 3 by 3 patches of a picture: 64 tokens of 576. Of a clip the published
   * windows, which span two frames as well, are a budget of 32 for each frame.
   */
  public static PPLLaVAOptions defaults() {
    return forBudget(64);
  }

  /** Windows that leave about so many tokens of a view, never more. */
  public static PPLLaVAOptions forBudget(int keep) {
    return new PPLLaVAOptions(keep, null, null, null, PoolWindows.TEMPERATURE, false);
  }

  /** Windows of a size, side by side. */
  public static PPLLaVAOptions tiles(int frames, int rows, int columns) {
    Cells size = new Cells(frames, rows, columns);
    return new PPLLaVAOptions(0, size, size, null, PoolWindows.TEMPERATURE, false);
  }

  /** The same with another temperature. */
  public PPLLaVAOptions withTemperature(float value) {
    return new PPLLaVAOptions(keep, kernel, stride, output, value, extendPositions);
  }

  /** The same with the text tower's positions extended or not. */
  public PPLLaVAOptions withExtendPositions(boolean value) {
    return new PPLLaVAOptions(keep, kernel, stride, output, temperature, value);
  }

  static PPLLaVAOptions read(Budget budget, Settings settings) {
    int side = budget.tower().side();
    Cells kernel = cells(settings, "kernel", side);
    Cells stride = cells(settings, "stride", MOST);
    Cells output = cells(settings, "output", side);
    boolean tiles = kernel != null && stride == null && output == null;
    return new PPLLaVAOptions(
        budget.keep(),
        kernel,
        tiles ? kernel : stride,
        output,
        (float) settings.number("temperature", PoolWindows.TEMPERATURE, 1e-6, 1e6),
        settings.flag("extend-positions", false));
  }

  private static @Nullable Cells cells(Settings settings, String name, int most) {
    List<Integer> sizes = settings.integers(name, List.of(), 1, MOST);
    if (sizes.isEmpty()) {
      return null;
    }
    if (sizes.size() != 3 || sizes.get(1) > most || sizes.get(2) > most) {
      throw new IllegalArgumentException(
          "--set "
              + name
              + ": expected frames,rows,columns"
              + (most < MOST ? " of at most " + most + " rows and columns" : "")
              + ", got "
              + sizes);
    }
    return new Cells(sizes.get(0), sizes.get(1), sizes.get(2));
  }

  /** Whether a picture's windows hold a single patch each. */
  boolean keepsAll(PictureLayout layout) {
    PoolWindows.Fitted fitted = windows(layout).fit(layout.views(), layout.side(), layout.side());
    Cells single = new Cells(1, 1, 1);
    return fitted.kernel().equals(single) && fitted.stride().equals(single);
  }

  /** The windows for a picture. */
  PoolWindows windows(PictureLayout layout) {
    if (kernel != null || output != null) {
      return new PoolWindows(kernel, stride, output, temperature);
    }
    int patches = layout.patches();
    int frames = layout.isClip() && keep < patches ? CLIP_FRAMES : 1;
    GridWindows windows =
        GridWindows.forBudget(
            (int) Math.min((long) keep * frames, patches),
            layout.side(),
            layout.gridWidth() > 0); // stitched maps are made of squares
    return new PoolWindows(windows.size(frames), windows.step(frames), null, temperature);
  }

  @Override
  public String toString() {
    return kernel == null && output == null
        ? Integer.toString(keep)
        : "kernel " + kernel + " stride " + stride + " output " + output;
  }
}
