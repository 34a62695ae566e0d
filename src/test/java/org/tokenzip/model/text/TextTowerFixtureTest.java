// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tokenzip.model.Parity.assertStates;
import static org.tokenzip.testing.FixtureFolders.elements;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.FixtureTensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.DualTowerConfig;
import org.tokenzip.weights.VisionArchitecture;
import org.tokenzip.weights.VisionConfig;

@ExtendWith(NoLeaks.class)
class TextTowerFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#textTowers";

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void everyLayerOfEveryTextAgrees(Path folder) {
    JsonNode expected = FixtureFolders.expected(folder);
    try (PairedTextTower paired = load(folder);
        FixtureTensors tensors = FixtureTensors.open(folder)) {
      float[] all = tensors.floats("text_hidden_states"); // [L + 1, texts, S, D]
      float[] last = tensors.floats("text_last_hidden");
      long[] shape = tensors.shape("text_hidden_states");
      int width = (int) shape[3];
      int each = (int) shape[2] * width;
      for (int text = 0; text < shape[1]; text++) {
        try (TensorScope scope = new TensorScope()) {
          long[] ids = ids(expected, text);
          List<Tensor> states = paired.tower().hiddenStates(ids);
          assertThat(states).hasSize((int) shape[0] + 1);
          for (int i = 0; i < shape[0]; i++) {
            int from = (i * (int) shape[1] + text) * each;
            assertStates("state " + i, states.get(i), part(all, from, ids.length * width));
          }
          Tensor normed = states.get(states.size() - 1);
          assertStates("last", normed, part(last, text * each, ids.length * width));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void textsLieWhereTheReferenceHasThem(Path folder) {
    JsonNode expected = FixtureFolders.expected(folder);
    try (PairedTextTower paired = load(folder);
        PromptTokenizer tokenizer = PromptTokenizer.open(folder);
        FixtureTensors tensors = FixtureTensors.open(folder)) {
      assertThat((double) paired.logitScale())
          .isCloseTo(expected.get("logit_scale_exp").asDouble(), within(1e-3));
      float[] pooled = tensors.floats("text_pooled");
      float[] projected = tensors.floats("text_projected");
      int texts = expected.get("texts").size();
      for (int text = 0; text < texts; text++) {
        try (TensorScope scope = new TensorScope()) {
          long[] ids = tokenizer.encode(expected.get("texts").get(text).asText());
          assertThat(ids).isEqualTo(ids(expected, text));
          Tensor positions = paired.tower().positions();
          Tensor feature = paired.tower().pooled(positions, ids);
          assertStates("pooled", feature, row(pooled, text, texts));
          Tensor shared = paired.text(positions, ids);
          assertStates("projected", shared, row(projected, text, texts));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void theExtendedTableAgrees(Path folder) {
    try (PairedTextTower paired = load(folder);
        FixtureTensors tensors = FixtureTensors.open(folder);
        TensorScope scope = new TensorScope()) {
      Tensor extended = ExtendedPositions.of(paired.tower().positions());
      assertThat(extended.shape()).isEqualTo(tensors.shape("extended_positions_248"));
      assertStates("positions", extended, tensors.floats("extended_positions_248"));
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void textsThatDoNotFitAreRefused(Path folder) {
    try (PairedTextTower paired = load(folder);
        TensorScope scope = new TensorScope()) {
      TextTower tower = paired.tower();
      assertThatThrownBy(() -> tower.pooled(tower.positions(), new long[tower.longest() + 1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ids: expected 1 to 77 tokens, got 78");
      assertThatThrownBy(() -> tower.pooled(tower.positions(), 1, 1_000_000))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got 1000000");
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void theTextTowerOfAnotherVisionTowerIsRefused(Path folder) {
    VisionConfig wider =
        new VisionConfig(VisionArchitecture.CLIP, 128, 128, 6, 4, 56, 14, "quick_gelu", 1e-5);
    assertThatThrownBy(() -> PairedTextTower.load(folder, wider, Device.CPU))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("width 128")
        .hasMessageContaining("width 64");
  }

  private static PairedTextTower load(Path folder) {
    return PairedTextTower.load(folder, DualTowerConfig.read(folder).vision(), Device.CPU);
  }

  /** Without what the reference pads texts of a batch with. */
  private static long[] ids(JsonNode expected, int text) {
    int length = elements(expected.get("text_mask").get(text)).mapToInt(JsonNode::asInt).sum();
    return Arrays.copyOf(FixtureFolders.longs(expected.get("text_ids").get(text)), length);
  }

  private static float[] part(float[] values, int from, int length) {
    return Arrays.copyOfRange(values, from, from + length);
  }

  private static float[] row(float[] values, int row, int rows) {
    return part(values, row * (values.length / rows), values.length / rows);
  }
}
