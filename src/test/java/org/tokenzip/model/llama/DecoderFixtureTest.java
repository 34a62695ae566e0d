// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.tokenzip.model.Parity.assertLogits;
import static org.tokenzip.model.Parity.assertStates;
import static org.tokenzip.model.Parity.best;
import static org.tokenzip.testing.FixtureFolders.longs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/** The decoder alone: it starts from the embeddings that the reference fed to its own. */
class DecoderFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#checkpoints";
  private static final long CAPACITY = 256;

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void logitsOfAllPositionsAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String name : cases(fixture)) {
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(CAPACITY)) {
          Tensor logits = model.decoder().prefillAllLogits(embeds(fixture, name), cache);
          assertLogits(name, logits, fixture.floats(name + ".logits"), Parity.LOGITS);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void hiddenStatesOfAllLayersAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      int compared = 0;
      List<String> recorded = fixture.named("case", "llm_hidden_states");
      assumeFalse(recorded.isEmpty(), "this folder records no states of the language model");
      for (String name : recorded) {
        String prefix = "case." + name;
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(CAPACITY)) {
          List<Tensor> states = model.decoder().hiddenStates(embeds(fixture, prefix), cache);
          float[] all = fixture.floats(prefix + ".llm_hidden_states");
          int each = Math.toIntExact(states.get(0).numel());
          assertThat(all).hasSize(states.size() * each);
          for (int i = 0; i < states.size(); i++) {
            float[] expected = Arrays.copyOfRange(all, i * each, (i + 1) * each);
            assertStates(prefix + " state " + i, states.get(i), expected);
            compared++;
          }
        }
      }
      assertThat(compared).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void greedyTokensAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String name : cases(fixture)) {
        String record = name.substring(name.indexOf('.') + 1);
        long[] expected = longs(fixture.expected("cases", record, "generated_ids"));
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(CAPACITY)) {
          Tensor logits = model.decoder().prefill(embeds(fixture, name), cache);
          for (long id : expected) {
            assertThat(best(logits))
                .as("%s after %d tokens", name, cache.length())
                .containsExactly(id);
            logits = model.decoder().step(cache, id);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void aPromptInPiecesGivesWhatTheWholeGives(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String name : cases(fixture)) {
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(20)) {
          Tensor embeds = embeds(fixture, name);
          long length = embeds.size(1);
          List<Tensor> logits = new ArrayList<>();
          for (long[] piece : new long[][] {{0, 7}, {7, 8}, {8, 20}, {20, length}}) {
            cache.reserve(piece[1]);
            Tensor part = embeds.narrow(1, piece[0], piece[1] - piece[0]);
            logits.add(model.decoder().prefillAllLogits(part, cache));
          }
          assertThat(cache.length()).isEqualTo(length);
          Tensor all = Tensors.concat(1, logits.toArray(Tensor[]::new));
          assertLogits(name, all, fixture.floats(name + ".logits"), Parity.LOGITS);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void promptsCompressedBeforeTheDecoderAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      List<String> methods = compressedBeforeTheDecoder(fixture);
      assumeFalse(methods.isEmpty(), "this folder compresses inside the decoder only");
      for (String method : methods) {
        String name = "compress." + method;
        JsonNode record = fixture.expected("compress", method);
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(CAPACITY)) {
          Tensor logits = model.decoder().prefill(embeds(fixture, name), cache);
          assertLogits(name, logits, fixture.floats(name + ".last_logits"), Parity.LOGITS);
          for (long id : longs(record.get("generated_ids"))) {
            assertThat(best(logits)).as(name).containsExactly(id);
            logits = model.decoder().step(cache, id);
          }
        }
      }
    }
  }

  /** Methods whose sequence is equally long in all layers. */
  private static List<String> compressedBeforeTheDecoder(LlavaFixture fixture) {
    return fixture.named("compress", "last_logits").stream()
        .filter(
            method ->
                Arrays.stream(longs(fixture.expected("compress", method, "layer_lengths")))
                        .distinct()
                        .count()
                    == 1)
        .toList();
  }

  private static List<String> cases(LlavaFixture fixture) {
    List<String> names =
        fixture.named("case", "logits").stream().map(name -> "case." + name).toList();
    assertThat(names).as("cases with logits").isNotEmpty();
    return names;
  }

  private static Tensor embeds(LlavaFixture fixture, String name) {
    return fixture.tensor(name + ".inputs_embeds").unsqueeze(0);
  }
}
