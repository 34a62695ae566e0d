// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.SafetensorsWriter;

class CheckpointWeightsTest {
  private static final String HEAD = "lm_head.weight";
  private static final float[] VALUES = {1, -2, 0.5f, 3};

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(DType.class)
  void valuesAreConvertedToTheTypeAskedFor(DType dtype) throws IOException {
    single(new SafetensorsWriter().floats("language_model.lm_head.weight", VALUES, 2, 2));
    try (CheckpointWeights weights = open();
        Tensor head = weights.take(HEAD, dtype, Device.CPU, 2, 2)) {
      assertThat(Tensors.toFloatArray(head)).containsExactly(VALUES);
    }
  }

  @Test
  void theStoredTypeIsNotCopied() throws IOException {
    single(new SafetensorsWriter().floats(HEAD, VALUES, 4));
    try (CheckpointWeights weights = open();
        Tensor one = weights.take(HEAD, DType.FP32, Device.CPU, 4);
        Tensor other = weights.take(HEAD, DType.FP32, Device.CPU, 4);
        Tensor copy = weights.take(HEAD, DType.FP16, Device.CPU, 4)) {
      assertThat(address(one)).isEqualTo(address(other)).isNotEqualTo(address(copy));
    }
  }

  @Test
  void halfPrecisionIsWidened() throws IOException {
    single(
        new SafetensorsWriter()
            .shorts("lm_head.weight", "BF16", new short[] {0x3F80, (short) 0xC000}, 2)
            .shorts("model.image_newline", "F16", new short[] {0x3C00, (short) 0xC000}, 2));
    try (CheckpointWeights weights = open();
        Tensor brain = weights.take(HEAD, DType.FP32, Device.CPU, 2);
        Tensor half = weights.take("image_newline", DType.FP32, Device.CPU, 2)) {
      assertThat(Tensors.toFloatArray(brain)).containsExactly(1, -2);
      assertThat(Tensors.toFloatArray(half)).containsExactly(1, -2);
    }
  }

  @Test
  void theListenerHearsOfEveryTensor() throws IOException {
    shards("{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}");
    List<LoadListener.Progress> heard = new ArrayList<>();
    try (CheckpointWeights weights = CheckpointWeights.open(dir, heard::add)) {
      weights.take("b", DType.FP32, Device.CPU, 2).close();
      weights.take("a", DType.FP32, Device.CPU, 1).close();
    }
    assertThat(heard)
        .containsExactly(
            new LoadListener.Progress(dir.resolve("2.safetensors"), "b", 8, 12),
            new LoadListener.Progress(dir.resolve("1.safetensors"), "a", 12, 12));
  }

  @Test
  void missingAndMisshapenTensorsAreNamed() throws IOException {
    Path file = single(new SafetensorsWriter().floats("language_model.lm_head.weight", VALUES, 4));
    try (CheckpointWeights weights = open()) {
      assertThatThrownBy(() -> weights.take("norm", DType.FP32, Device.CPU, 4))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(dir + ": expected tensor 'norm' of shape [4], found none among 1 tensors");
      assertThatThrownBy(() -> weights.take(HEAD, DType.FP32, Device.CPU, 2, 2))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              file + ": tensor 'language_model.lm_head.weight' must have shape [2, 2], got [4]");
    }
  }

  @Test
  void valuesThatAreNotFiniteAreNamed() throws IOException {
    Path file =
        single(
            new SafetensorsWriter()
                .floats("nan", new float[] {1, 2, Float.NaN}, 3)
                .floats("large", new float[] {65519, -65520}, 2)
                .shorts("inf", "F16", new short[] {0, 0x7BFF, 0, 0, 0, (short) 0xFC00}, 6));
    try (CheckpointWeights weights = open()) {
      assertThatThrownBy(() -> weights.take("nan", DType.FP32, Device.CPU, 3))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              file
                  + ": tensor 'nan' must hold numbers that are finite in fp32, got NaN at element 2");
      assertThatThrownBy(() -> weights.take("large", DType.FP16, Device.CPU, 2))
          .hasMessageEndingWith("finite in fp16, got -65520.0 at element 1");
      assertThatThrownBy(() -> weights.take("inf", DType.FP32, Device.CPU, 6))
          .hasMessageEndingWith("finite in fp32, got -Infinity at element 5");
    }
  }

  @Test
  void integersAreNoWeights() throws IOException {
    single(new SafetensorsWriter().raw(HEAD, "I32", new byte[4], 1));
    try (CheckpointWeights weights = open()) {
      assertThatThrownBy(() -> weights.take(HEAD, DType.FP32, Device.CPU, 1))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("tensor 'lm_head.weight' must be F32, F16 or BF16, got I32");
    }
  }

  @Test
  void theWholeCheckpointIsComparedBeforeLoading() throws IOException {
    single(
        new SafetensorsWriter()
            .floats("a", VALUES, 4)
            .floats("old", VALUES, 4)
            .floats("x.rotary_emb.inv_freq", VALUES, 4));
    try (CheckpointWeights weights = open()) {
      weights.require(parameters(Map.of("a", List.of(4L)), Map.of("old", List.of(4L))));
      assertRequireFails(
          weights,
          parameters(Map.of("a", List.of(4L), "b", List.of(1L), "c", List.of()), Map.of()),
          "expected 3 tensors, the checkpoint lacks 2 of them: 'b', 'c'");
      assertRequireFails(
          weights,
          parameters(Map.of("a", List.of(4L)), Map.of()),
          "expected only tensors that config.json accounts for, got 1 more: 'old'");
      assertRequireFails(
          weights,
          parameters(Map.of("a", List.of(2L, 2L), "old", List.of(4L)), Map.of()),
          "tensor 'a' must have shape [2, 2], got [4]");
    }
  }

  @Test
  void oneParameterUnderTwoNamesIsRefused() throws IOException {
    single(
        new SafetensorsWriter()
            .floats(HEAD, VALUES, 4)
            .floats("language_model.lm_head.weight", VALUES, 4));
    assertOpenFails(
        "'lm_head.weight' in model.safetensors and 'language_model.lm_head.weight' in"
            + " model.safetensors are the same parameter, expected it once");
  }

  @Test
  void indexAndShardsMustAgree() throws IOException {
    shards("{\"a\":\"1.safetensors\",\"b\":\"3.safetensors\"}");
    assertOpenFails("expected shard 3.safetensors beside it, found no such file");
    shards("{\"a\":\"1.safetensors\",\"b\":\"1.safetensors\"}");
    assertOpenFails("expected tensor 'b' in 1.safetensors, found none");
    new SafetensorsWriter().floats("b", VALUES, 4).floats("c", VALUES, 4).write(shard(2));
    index("{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}");
    assertOpenFails("tensor 'c' is in 2.safetensors, expected it to be listed");
    new SafetensorsWriter().floats("b", VALUES, 4).floats("a", VALUES, 4).write(shard(2));
    assertOpenFails("tensor 'a' is in 2.safetensors, expected it in 1.safetensors only");
    index("{\"a\":\"../1.safetensors\"}");
    assertOpenFails("tensor 'a' must be in a .safetensors file beside it, got '../1.safetensors'");
    index("7");
    assertOpenFails("'weight_map' must be an object, got '7'");
  }

  @Test
  void directoriesWithoutWeightsAreRefused() throws IOException {
    assertOpenFails("expected model.safetensors or model.safetensors.index.json, found neither");
    Files.createFile(dir.resolve("pytorch_model.bin"));
    assertOpenFails("found only pytorch_model.bin, a pickle format this library does not read");
    assertThatThrownBy(() -> CheckpointWeights.open(dir.resolve("none"), LoadListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("none: expected a checkpoint directory, found nothing");
  }

  private CheckpointWeights open() {
    return CheckpointWeights.open(dir, LoadListener.NONE);
  }

  private Path single(SafetensorsWriter content) throws IOException {
    return content.write(dir.resolve("model.safetensors"));
  }

  private void shards(String weightMap) throws IOException {
    new SafetensorsWriter().floats("a", new float[] {1}, 1).write(shard(1));
    new SafetensorsWriter().floats("b", new float[] {2, 3}, 2).write(shard(2));
    index(weightMap);
  }

  private Path shard(int number) {
    return dir.resolve(number + ".safetensors");
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        dir.resolve("model.safetensors.index.json"), "{\"weight_map\":" + weightMap + "}");
  }

  private void assertOpenFails(String complaint) {
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(dir.toString())
        .hasMessageContaining(complaint);
  }

  private static void assertRequireFails(
      CheckpointWeights weights, LlavaParameters parameters, String complaint) {
    assertThatThrownBy(() -> weights.require(parameters))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith(complaint);
  }

  private static LlavaParameters parameters(
      Map<String, List<Long>> required, Map<String, List<Long>> unused) {
    return new LlavaParameters(required, Map.of(), unused);
  }

  private static long address(Tensor tensor) {
    try (Pointer data = tensor.data_ptr()) {
      return data.address();
    }
  }
}
