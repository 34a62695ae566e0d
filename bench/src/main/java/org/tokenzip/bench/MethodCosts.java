// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.image.RgbImage;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Request;
import org.tokenzip.pipeline.Stage;
import org.tokenzip.pipeline.TokenListener;

/**
 * What every method costs and saves at the layer shapes of LLaVA-1.5-7B: one picture and a short
 * question through the vision tower, the method and the prefill of a language model with few
 * layers. Where a method acts inside the tower or the language model, its cost is in their time.
 */
final class MethodCosts implements AutoCloseable {
  private static final int SIDE = 336;
  private static final int GRID = 24;
  private static final int TOWER_LAYERS = 23;
  private static final String QUESTION = "What color is the small circle, and where is it?";

  private final int layers;
  private final RandomLlavaCheckpoint checkpoint;
  private final LlavaPipeline pipeline;
  private final RgbImage picture = picture();

  /** Writes and loads a model whose language model has {@code layers} layers, in fp32. */
  MethodCosts(int layers) throws IOException {
    this.layers = layers;
    checkpoint = new RandomLlavaCheckpoint(layers);
    try {
      pipeline = LlavaPipeline.load(checkpoint.folder());
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /** The method at a budget, with its published schedule. */
  TokenCompressor compressor(String name, int keep) {
    return Compressors.byName(name)
        .make(
            new Budget(keep, new TowerShape(TOWER_LAYERS, GRID, true), new DecoderShape(layers)),
            Settings.none());
  }

  /** Reads the picture and the question, and generates one token. */
  Answer ask(TokenCompressor compressor) {
    return pipeline.ask(
        Request.of(picture, QUESTION).with(compressor),
        GenerationOptions.defaults().withMaxNewTokens(1),
        TokenListener.NONE);
  }

  private record Timed(TokenCompressor compressor, Map<String, List<Double>> samples) {}

  /** Every method, turn and turn about; those that cannot run on this model are left out. */
  StageTable stages(int keep, int rounds) {
    Map<String, Timed> methods = new LinkedHashMap<>();
    for (CompressionMethod method : Compressors.all()) {
      String name = method.name();
      try {
        TokenCompressor compressor = compressor(name, keep);
        ask(compressor); // also warms up
        methods.put(name, new Timed(compressor, new LinkedHashMap<>()));
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        System.err.println(name + " is left out: " + e.getMessage());
      }
    }
    for (int round = 0; round < rounds; round++) {
      methods.values().forEach(timed -> add(ask(timed.compressor), timed.samples));
    }
    Map<String, Map<String, Samples>> rows = new LinkedHashMap<>();
    methods.forEach(
        (name, timed) -> {
          Map<String, Samples> row = new LinkedHashMap<>();
          timed.samples.forEach((stage, values) -> row.put(stage, Samples.of(values)));
          rows.put(name.equals(NoCompression.NAME) ? name : name + " " + keep, row);
        });
    return new StageTable(
        String.format(
            Locale.ROOT,
            "LLaVA-1.5-7B shapes, random weights, fp32, %d of 32 layers, %d of 576 tokens,"
                + " %d rounds",
            layers,
            keep,
            rounds),
        rows);
  }

  @Override
  public void close() throws IOException {
    pipeline.close();
    checkpoint.close();
  }

  private static void add(Answer answer, Map<String, List<Double>> samples) {
    double total = 0;
    for (Stage stage : Stage.values()) {
      double millis = answer.timings().millis(stage);
      if (stage != Stage.DECODE) {
        total += millis;
        samples.computeIfAbsent(stage.key(), key -> new ArrayList<>()).add(millis);
      }
    }
    samples.computeIfAbsent("total", key -> new ArrayList<>()).add(total);
  }

  /** A smooth pattern: what a picture shows costs nothing. */
  private static RgbImage picture() {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % SIDE * (1 + i % 3) / 2 + i / (3 * SIDE));
    }
    return new RgbImage(SIDE, SIDE, rgb);
  }
}
