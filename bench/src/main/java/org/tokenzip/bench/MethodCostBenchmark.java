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
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.pipeline.Answer;

/**
 * A picture and a question through tower, method and prefill at LLaVA-1.5-7B layer shapes. Any
 * method that {@code tokenzip methods} lists can be given: {@code -p method=visionzip}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(1)
public class MethodCostBenchmark {
  @Param({
    "none",
    "visionzip",
    "ficoco-v",
    "ficoco-l",
    "ficoco-vl",
    "tome",
    "evit",
    "fastv",
    "divprune",
    "cdpruner",
    "cdpruner-centred",
    "ppllava",
    "random",
    "stride",
    "average-pool",
    "downsample"
  })
  String method;

  @Param("64")
  int keep;

  /** Of the language model; each takes 0.8 GB. */
  @Param("4")
  int layers;

  private MethodCosts costs;
  private TokenCompressor compressor;

  /** Writes and loads a random checkpoint. */
  @Setup(Level.Trial)
  public void load() throws IOException {
    costs = new MethodCosts(layers);
    compressor = costs.compressor(method, keep);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    costs.close();
  }

  @Benchmark
  public Answer ask() {
    return costs.ask(compressor);
  }
}
