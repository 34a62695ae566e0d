// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.PaddedPrompts;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.RandomCheckpoint;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.LoadListener;

class LlavaModelTest {
  private static final Path HALF = Path.of("src/test/resources/fixtures/llava-1.5-tiny-gqa");
  private static final Path SINGLE = Path.of("src/test/resources/fixtures/llava-1.5-tiny");
  private static final int SIDE = 56;

  private static LlavaModel model;

  @BeforeAll
  static void load() {
    model = LlavaModel.load(HALF, Device.CPU, null, LoadListener.NONE);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void theCpuComputesInFp32UnlessToldOtherwise() {
    assertThat(model.config().dtype()).isEqualTo(DType.FP16);
    assertThat(model.dtype()).isEqualTo(DType.FP32);
    try (LlavaModel half = LlavaModel.load(HALF, Device.CPU, DType.FP16, LoadListener.NONE)) {
      assertThat(half.dtype()).isEqualTo(DType.FP16);
    }
  }

  @Test
  void closingFreesEverything() {
    long before = Pointer.totalCount();
    LlavaModel other = LlavaModel.load(SINGLE, Device.CPU, DType.FP32, LoadListener.NONE);
    answer(other);
    other.close();
    other.close();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void aModelOutlivesTheScopeItWasLoadedIn() {
    long before = Pointer.totalCount();
    LlavaModel other;
    try (TensorScope scope = new TensorScope()) {
      other = LlavaModel.load(SINGLE, Device.CPU, DType.FP32, LoadListener.NONE);
    }
    assertThat(answer(other)).isNotEmpty();
    other.close();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void aFailedLoadFreesWhatItHadLoaded() {
    long before = Pointer.totalCount();
    LoadListener full =
        progress -> {
          if (progress.tensor().startsWith("multi_modal_projector")) {
            throw new IllegalStateException("enough");
          }
        };
    assertThatThrownBy(() -> LlavaModel.load(SINGLE, Device.CPU, DType.FP32, full))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void answeringLeavesNothingBehind() {
    float[] first = answer(model);
    long before = Pointer.totalCount();
    for (int i = 0; i < 5; i++) {
      assertThat(answer(model)).isEqualTo(first);
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void threadsShareAModel() throws Exception {
    float[] expected = answer(model);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<float[]>> questions = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        questions.add(() -> answer(model));
      }
      for (Future<float[]> answer : threads.invokeAll(questions)) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aStoredHeadIsUsedAndTheTokenTableOnlyInItsPlace(@TempDir Path dir) throws IOException {
    RandomCheckpoint.write(
        dir,
        Map.of(
            "hidden_size", 64,
            "intermediate_size", 64,
            "num_hidden_layers", 1,
            "num_attention_heads", 4,
            "vocab_size", 64));
    float[] untied = answer(dir);
    Path config = dir.resolve("config.json");
    String separate = Files.readString(config);
    String tied = separate.replaceFirst("\\{", "{\"tie_word_embeddings\":true,");
    Files.writeString(config, tied);
    assertThat(answer(dir)).isEqualTo(untied);

    hideHead(dir.resolve("model.safetensors"));
    assertThat(answer(dir)).doesNotContain(Float.NaN).isNotEqualTo(untied);
    Files.writeString(config, separate);
    assertThatThrownBy(() -> answer(dir))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("the checkpoint lacks 1 of them: 'lm_head.weight'");
  }

  @Test
  void paddedPromptsEndTogether() {
    try (TensorScope scope = new TensorScope()) {
      PaddedPrompts prompts =
          PaddedPrompts.of(
              List.of(
                  Tensors.of(new float[] {1, 2}, 1, 2),
                  Tensors.of(new float[] {3, 4, 5, 6}, 2, 2)));
      assertThat(prompts.padding()).containsExactly(1, 0);
      assertThat(Tensors.toFloatArray(prompts.embeds())).containsExactly(0, 0, 1, 2, 3, 4, 5, 6);
      assertThatThrownBy(() -> PaddedPrompts.of(List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void splicingReplacesThePlaceholders() {
    try (TensorScope scope = new TensorScope()) {
      Tensor embeds = model.embed(1, 2, 3);
      Tensor features = model.embed(7, 8);
      Tensor spliced = model.splice(embeds, features, 2, 0);
      assertThat(Tensors.toFloatArray(spliced))
          .isEqualTo(Tensors.toFloatArray(model.embed(8, 2, 7)));
      assertThat(Tensors.toFloatArray(embeds))
          .isEqualTo(Tensors.toFloatArray(model.embed(1, 2, 3)));
      assertThatThrownBy(() -> model.splice(embeds, features, 1))
          .hasMessage("features: expected shape [1, 64], got [2, 64]");
      assertThatThrownBy(() -> model.splice(embeds, features, 0, 3))
          .hasMessage("position: expected one below 3, got 3");
    }
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> model.embed(512))
        .hasMessage("token id: expected one below 512, got 512");
    assertThatThrownBy(() -> model.decoder().newCache(5000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 4096 positions")
        .hasMessageEndingWith("got 5000");
    try (TensorScope scope = new TensorScope();
        KvCache cache = model.decoder().newCache(2)) {
      Tensor wrongSize = Tensors.empty(DType.FP32, Device.CPU, 1, 3, 60, 60);
      assertThatThrownBy(() -> model.tower().forward(wrongSize))
          .hasMessage("pixels: expected shape [*, 3, 56, 56], got [1, 3, 60, 60]");
      Tensor three = model.embed(1, 2, 3).unsqueeze(0);
      assertThatThrownBy(() -> model.decoder().prefill(three, cache))
          .hasMessage("embeds: expected 1 to 2 more positions in a cache of 2, got 3");
      assertThatThrownBy(() -> model.decoder().step(cache, 1, 2))
          .hasMessage("ids: expected one per row, 1, got 2");
      assertThat(cache.length()).isZero();
    }
  }

  /** Gives the head an equally long name that counts as no parameter. */
  private static void hideHead(Path safetensors) throws IOException {
    String bytes = Files.readString(safetensors, StandardCharsets.ISO_8859_1);
    assertThat(bytes).containsOnlyOnce("lm_head.weight");
    String hidden = bytes.replace("lm_head.weight", "a.position_ids");
    Files.writeString(safetensors, hidden, StandardCharsets.ISO_8859_1);
  }

  private static float[] answer(Path folder) {
    try (LlavaModel other = LlavaModel.load(folder, Device.CPU, DType.FP32, LoadListener.NONE)) {
      return answer(other);
    }
  }

  /** Logits after a picture and a few tokens. */
  private static float[] answer(LlavaModel model) {
    try (TensorScope scope = new TensorScope();
        KvCache cache = model.decoder().newCache(32)) {
      float[] grey = new float[3 * SIDE * SIDE];
      VisionFeatures features = model.tower().forward(Tensors.of(grey, 1, 3, SIDE, SIDE));
      Tensor patches = features.hidden().narrow(1, 1, 16);
      model.decoder().prefill(model.projector().forward(patches), cache);
      return Tensors.toFloatArray(model.decoder().step(cache, 7));
    }
  }
}
