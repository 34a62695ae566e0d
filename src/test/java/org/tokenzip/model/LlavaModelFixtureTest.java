// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.tokenzip.model.Parity.assertLogits;
import static org.tokenzip.model.Parity.assertStates;
import static org.tokenzip.model.Parity.best;
import static org.tokenzip.testing.FixtureFolders.elements;
import static org.tokenzip.testing.FixtureFolders.longs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.PaddedPrompts;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;

/** From pixels and token ids to logits and answers, nothing compressed. */
class LlavaModelFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#checkpoints";
  private static final long CAPACITY = 256;

  static Stream<Arguments> foldersAndHalves() {
    // Observed differences are 0.043 and 0.63; the fixtures' description allows this.
    return FixtureFolders.checkpoints().stream()
        .flatMap(
            folder ->
                Stream.of(
                    Arguments.of(folder, DType.FP16, 0.1), Arguments.of(folder, DType.BF16, 1.0)));
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void embeddingsAndLogitsAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String name : fixture.named("case", "logits")) {
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(CAPACITY)) {
          Tensor embeds = prompt(fixture, model, name);
          assertStates(name, embeds, fixture.floats("case." + name + ".inputs_embeds"));
          Tensor logits = model.decoder().prefillAllLogits(embeds.unsqueeze(0), cache);
          assertLogits(name, logits, fixture.floats("case." + name + ".logits"), Parity.LOGITS);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("foldersAndHalves")
  void halfPrecisionStaysClose(Path folder, DType dtype, double allowed) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(dtype)) {
      assertThat(model.dtype()).isEqualTo(dtype);
      for (String name : fixture.named("case", "logits")) {
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(CAPACITY)) {
          Tensor embeds = prompt(fixture, model, name).unsqueeze(0);
          Tensor logits = model.decoder().prefillAllLogits(embeds, cache);
          assertLogits(name, logits, fixture.floats("case." + name + ".logits"), allowed);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void answersEndWithTheStopToken(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      JsonNode stop = fixture.expected("cases", "single", "stop_token");
      assumeFalse(stop.isMissingNode(), "this folder has no case with a stop token");
      try (TensorScope scope = new TensorScope();
          KvCache cache = model.decoder().newCache(CAPACITY)) {
        Tensor logits =
            model.decoder().prefill(prompt(fixture, model, "single").unsqueeze(0), cache);
        List<Long> answer = new ArrayList<>();
        while (answer.isEmpty()
            || answer.get(answer.size() - 1) != stop.get("eos_token_id").asLong()) {
          answer.add(best(logits)[0]);
          logits = model.decoder().step(cache, answer.get(answer.size() - 1));
        }
        assertThat(answer)
            .containsExactlyElementsOf(
                LongStream.of(longs(stop.get("generated_ids"))).boxed().toList());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void aLeftPaddedBatchAgrees(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      JsonNode batch = fixture.expected("batches", "left_padding");
      assumeFalse(
          batch.isMissingNode() || fixture.named("batch", "logits").isEmpty(),
          "this folder records no batch");
      try (TensorScope scope = new TensorScope()) {
        List<Tensor> rows = new ArrayList<>();
        for (int row = 0; row < batch.get("input_ids").size(); row++) {
          long[] padded = longs(batch.get("input_ids").get(row));
          long tokens = Arrays.stream(longs(batch.get("attention_mask").get(row))).sum();
          long[] ids = Arrays.copyOfRange(padded, padded.length - (int) tokens, padded.length);
          rows.add(splice(fixture, model, ids, List.of(batch.get("images").get(row).asText())));
        }
        PaddedPrompts prompts = PaddedPrompts.of(rows);
        assertPaddedLogits(fixture, model, prompts);
        assertPaddedAnswers(model, prompts, batch);
      }
    }
  }

  private static void assertPaddedLogits(
      LlavaFixture fixture, LlavaModel model, PaddedPrompts prompts) {
    try (KvCache cache = model.decoder().newCache(CAPACITY, prompts.padding())) {
      Tensor logits = model.decoder().prefillAllLogits(prompts.embeds(), cache);
      int compared = 0;
      for (int row = 0; row < cache.batch(); row++) {
        String name = "batch.left_padding." + row + ".logits";
        if (fixture.has(name)) {
          long pad = cache.padding(row);
          Tensor real = logits.select(0, row).narrow(0, pad, logits.size(1) - pad);
          assertLogits(name, real, fixture.floats(name), Parity.LOGITS);
          compared++;
        }
      }
      assertThat(compared).isPositive();
    }
  }

  private static void assertPaddedAnswers(
      LlavaModel model, PaddedPrompts prompts, JsonNode expected) {
    List<long[]> answers =
        elements(expected.get("generated_ids")).map(FixtureFolders::longs).toList();
    try (KvCache cache = model.decoder().newCache(CAPACITY, prompts.padding())) {
      Tensor logits = model.decoder().prefill(prompts.embeds(), cache);
      for (int i = 0; i < answers.get(0).length; i++) {
        int at = i;
        long[] next = answers.stream().mapToLong(ids -> ids[at]).toArray();
        assertThat(best(logits)).as("token %d of each row", i).containsExactly(next);
        logits = model.decoder().step(cache, next);
      }
    }
  }

  private static Tensor prompt(LlavaFixture fixture, LlavaModel model, String name) {
    JsonNode record = fixture.expected("cases", name);
    List<String> pictures = elements(record.get("images")).map(JsonNode::asText).toList();
    return splice(fixture, model, longs(record.get("input_ids")), pictures);
  }

  private static Tensor splice(
      LlavaFixture fixture, LlavaModel model, long[] ids, List<String> pictures) {
    Tensor embeds = model.embed(ids);
    if (pictures.isEmpty()) {
      return embeds;
    }
    Tensor features =
        Tensors.concat(
            0,
            pictures.stream()
                .map(name -> fixture.sequence(model, name).tokens())
                .toArray(Tensor[]::new));
    long[] positions =
        LongStream.range(0, ids.length)
            .filter(i -> ids[(int) i] == model.config().imageTokenId())
            .toArray();
    return model.splice(embeds, features, positions);
  }
}
