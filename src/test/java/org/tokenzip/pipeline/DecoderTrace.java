// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.testing.FixtureFolders.elements;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.ReductionStep;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.VisualBlock;

/**
 * What a method has done inside the language model, as reference files write it.
 *
 * @param lengths positions that the attention of each layer saw
 * @param steps the reductions
 * @param positions of the full sequence, that were left after each of them
 */
record DecoderTrace(List<Integer> lengths, List<ReductionStep> steps, List<int[]> positions) {
  static DecoderTrace of(LlavaModel model, Prompt prompt, @Nullable VisualBlock block) {
    int visual = prompt.visual().length;
    int text = prompt.length() - visual;
    List<int[]> positions = new ArrayList<>();
    if (block == null) {
      int layers = model.config().text().layers();
      return new DecoderTrace(
          IntStream.range(0, layers).mapToObj(i -> text + visual).toList(), List.of(), positions);
    }
    int[] left = IntStream.range(0, visual).toArray();
    int start = (int) prompt.visual()[0];
    for (ReductionStep step : block.steps()) {
      int[] before = left;
      left = Arrays.stream(step.kept()).map(place -> before[place]).toArray();
      positions.add(
          IntStream.concat(
                  IntStream.concat(
                      IntStream.range(0, start), Arrays.stream(left).map(place -> start + place)),
                  IntStream.range(start + visual, prompt.length()))
              .toArray());
    }
    return new DecoderTrace(
        block.attended().stream().map(tokens -> text + tokens).toList(), block.steps(), positions);
  }

  /** Tokens that each layer of a cache holds. */
  static long[] lengths(LlavaModel model, KvCache cache) {
    return LongStream.range(0, model.config().text().layers())
        .map(layer -> cache.length((int) layer))
        .toArray();
  }

  /** Compares with a record of a method, whether it acts inside the language model or not. */
  void assertIs(JsonNode expected) {
    assertThat(lengths)
        .isEqualTo(elements(expected.get("layer_lengths")).map(JsonNode::asInt).toList());
    JsonNode provenance = expected.get("provenance");
    if (provenance.has("kept_positions")) {
      assertThat(positions).hasSize(1);
      assertThat(positions.get(0)).isEqualTo(ints(provenance.get("kept_positions")));
    }
    List<JsonNode> ofDecoder =
        elements(provenance.path("steps")).filter(step -> step.has("original_positions")).toList();
    if (!ofDecoder.isEmpty()) {
      assertThat(steps).hasSameSizeAs(ofDecoder);
      for (int i = 0; i < steps.size(); i++) {
        assertStep(steps.get(i), positions.get(i), ofDecoder.get(i));
      }
    }
  }

  private static void assertStep(ReductionStep step, int[] positions, JsonNode expected) {
    assertThat(step.layer()).isEqualTo(expected.get("layer").asInt());
    assertThat(step.kept()).isEqualTo(ints(expected.get("keep")));
    assertThat(step.targets().toArray(int[][]::new))
        .isDeepEqualTo(
            elements(expected.get("target")).map(DecoderTrace::ints).toArray(int[][]::new));
    assertThat(positions).isEqualTo(ints(expected.get("original_positions")));
  }

  private static int[] ints(JsonNode array) {
    return elements(array).mapToInt(JsonNode::asInt).toArray();
  }
}
