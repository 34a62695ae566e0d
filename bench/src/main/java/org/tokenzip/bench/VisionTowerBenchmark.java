// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The stages from pixels to compressed tokens at the shape of CLIP-L/336 with random weights, fp32,
 * 54 + 10 tokens. One call takes seconds on a CPU, hence single shots.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(1)
public class VisionTowerBenchmark {
  private static final int KEEP = 64;

  @Param({"1", "8"})
  int batch;

  private VisionTowerSides sides;

  /** Writes random weights, loads both towers; fails if the sides disagree. */
  @Setup(Level.Trial)
  public void build() throws IOException {
    sides = new VisionTowerSides(batch, KEEP);
  }

  @TearDown(Level.Trial)
  public void free() throws IOException {
    sides.close();
  }

  @Benchmark
  public void tokenzip() {
    sides.tokenzip();
  }

  @Benchmark
  public void published() {
    sides.published();
  }

  @Benchmark
  public void tower() {
    sides.tower();
  }

  @Benchmark
  public void selectAndMerge() {
    sides.selectAndMerge();
  }
}
