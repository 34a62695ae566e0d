// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Request;
import org.tokenzip.pipeline.Stage;
import org.tokenzip.pipeline.TokenListener;
import org.tokenzip.tensor.Threads;

/** The embedded model and its bundled questions, asked one after another, over and over. */
final class AskSession implements AutoCloseable {
  private static final int ROUNDS = 3;

  private final LlavaPipeline pipeline;
  private final List<Request> requests;
  private int next;

  /** Loads the model and limits the process to one thread, as the command line does for it. */
  AskSession() {
    Threads.limit(1);
    pipeline = LlavaPipeline.load(EmbeddedModel.directory());
    requests =
        EmbeddedModel.questions().stream()
            .map(row -> Request.of(ImageDecoder.decode(row.image()), row.question()))
            .toList();
  }

  /** The compressor for a budget of visual tokens; all patches mean none. */
  TokenCompressor compressor(int keep) {
    return keep == pipeline.visualTokens()
        ? new NoCompression()
        : new VisionZip(VisionZipOptions.forBudget(keep));
  }

  /** Answers the next question. */
  Answer ask(TokenCompressor compressor) {
    Request request = requests.get(next).with(compressor);
    next = (next + 1) % requests.size();
    return pipeline.ask(request, GenerationOptions.defaults(), TokenListener.NONE);
  }

  /** Time per stage of all questions at several budgets, which take turns question by question. */
  StageTable stages(int... budgets) {
    List<TokenCompressor> compressors = new ArrayList<>();
    List<Map<String, List<Double>>> samples = new ArrayList<>();
    for (int keep : budgets) {
      compressors.add(compressor(keep));
      samples.add(new LinkedHashMap<>());
    }
    int questions = requests.size();
    // The first round warms up.
    for (int i = 0; i < questions * (1 + ROUNDS); i++) {
      for (int budget = 0; budget < budgets.length; budget++) {
        next = i % questions;
        Answer answer = ask(compressors.get(budget));
        if (i >= questions) {
          add(answer, samples.get(budget));
        }
      }
    }
    Map<String, Map<String, Samples>> rows = new LinkedHashMap<>();
    for (int budget = 0; budget < budgets.length; budget++) {
      Map<String, Samples> row = new LinkedHashMap<>();
      samples.get(budget).forEach((stage, values) -> row.put(stage, Samples.of(values)));
      rows.put(budgets[budget] + " tokens", row);
    }
    return new StageTable("Embedded model, " + questions + " questions", rows);
  }

  @Override
  public void close() {
    pipeline.close();
  }

  private static void add(Answer answer, Map<String, List<Double>> samples) {
    double total = 0;
    for (Stage stage : Stage.values()) {
      double millis = answer.timings().millis(stage);
      total += millis;
      samples.computeIfAbsent(stage.key(), key -> new ArrayList<>()).add(millis);
    }
    samples.computeIfAbsent("total", key -> new ArrayList<>()).add(total);
  }
}
