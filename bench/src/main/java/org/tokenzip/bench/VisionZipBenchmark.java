// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

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
import org.tokenzip.tensor.DType;

/**
 * VisionZip, score → select → assign → merge, at the shape of CLIP-L/336 (H=16, S=577, d=64,
 * D=1024). The work happens in native code and leaves tensors behind, so nothing can be optimised
 * away.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class VisionZipBenchmark {
  @Param({"1", "8", "64"})
  int batch;

  /** Tokens that come out: 64 is 54 dominant + 10 contextual, 192 is 162 + 30. */
  @Param({"64", "192"})
  int keep;

  @Param({"fp32", "bf16"})
  String dtype;

  private VisionZipSides sides;

  /** Builds the problem; fails if the sides disagree. */
  @Setup(Level.Trial)
  public void build() {
    sides = new VisionZipSides(batch, keep, DType.parse(dtype));
  }

  @TearDown(Level.Trial)
  public void free() {
    sides.close();
  }

  @Benchmark
  public void tokenzip() {
    sides.tokenzip();
  }

  @Benchmark
  public void tokenzipAllocating() {
    sides.tokenzipAllocating();
  }

  @Benchmark
  public void publishedFromMap() {
    sides.publishedFromMap();
  }

  @Benchmark
  public void publishedFromKeys() {
    sides.publishedFromKeys();
  }
}
