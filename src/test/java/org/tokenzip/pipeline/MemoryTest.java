// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.DType;
import org.tokenzip.testing.ChildJvm;
import org.tokenzip.testing.ProcessMemory;
import org.tokenzip.testing.RandomCheckpoint;
import org.tokenzip.weights.LoadListener;

/**
 * Measured in JVMs of their own, whose heap is touched beforehand and whose optimising compiler,
 * which takes and returns tens of megabytes at will, is off: only our memory can grow.
 */
class MemoryTest {
  private static final List<String> FIXED_HEAP =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  @TempDir private Path directory;

  private static final Budget BUDGET =
      new Budget(64, new TowerShape(4, 16, true), new DecoderShape(4)); // of the embedded model

  /**
   * Asks and asks, with each of the given methods in turn; prints resident bytes and native
   * allocations after a start and at the end.
   */
  static final class Questions {
    private static final int WARM_UP = 150;
    private static final int QUESTIONS = 500;

    private Questions() {}

    public static void main(String[] arguments) {
      List<EmbeddedModel.Question> questions = EmbeddedModel.questions();
      List<TokenCompressor> compressors =
          Arrays.stream(arguments)
              .map(name -> Compressors.byName(name).make(BUDGET, Settings.none()))
              .toList();
      GenerationOptions options = GenerationOptions.defaults().withMaxNewTokens(16);
      try (LlavaPipeline pocket = LlavaPipeline.load(EmbeddedModel.directory())) {
        for (int i = 0; i < WARM_UP + QUESTIONS; i++) {
          if (i == WARM_UP) {
            System.out.println(ProcessMemory.resident() + " " + Pointer.totalCount());
          }
          EmbeddedModel.Question question = questions.get(i % questions.size());
          RgbImage image = ImageDecoder.decode(question.image());
          Request request =
              Request.of(image, question.question()).with(compressors.get(i % compressors.size()));
          pocket.ask(request, options, TokenListener.NONE);
        }
        System.out.println(ProcessMemory.resident() + " " + Pointer.totalCount());
      }
    }
  }

  static Stream<List<String>> methods() {
    return Stream.of(
        List.of(NoCompression.NAME, VisionZip.NAME),
        Compressors.all().stream().map(CompressionMethod::name).toList());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void fiveHundredQuestionsLeaveMemoryFlat(List<String> methods) throws Exception {
    String[] names = methods.toArray(String[]::new);
    List<long[]> measured =
        ChildJvm.start(Questions.class, directory.resolve("questions"), FIXED_HEAP, names)
            .lines()
            .stream()
            .map(line -> Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray())
            .toList();
    long[] early = measured.get(0);
    long[] late = measured.get(1);
    assertThat(late[1]).as("native allocations").isEqualTo(early[1]);
    assertThat(late[0]).as("resident bytes").isBetween(early[0] * 98 / 100, early[0] * 102 / 100);
  }

  /** Loads a model; prints by how many bytes that raised the peak of resident memory. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) {
      NativeRuntime.load();
      long before = ProcessMemory.resident();
      Path model = Path.of(arguments[0]);
      DType dtype = DType.parse(arguments[1]);
      try (LlavaModel loaded = LlavaModel.load(model, Device.CPU, dtype, LoadListener.NONE)) {
        System.out.println(ProcessMemory.peak() - before);
        System.out.println(loaded.dtype());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "FP32"})
  void loadingNeedsTheWeightsAndATenth(DType dtype) throws Exception {
    Path model = directory.resolve("model");
    long parameters =
        RandomCheckpoint.write(
            model,
            Map.of(
                "hidden_size", 1024,
                "intermediate_size", 4096,
                "num_hidden_layers", 10,
                "num_attention_heads", 8,
                "vocab_size", 8192));
    List<String> lines =
        ChildJvm.start(
                Loading.class,
                directory.resolve("loading"),
                FIXED_HEAP,
                model.toString(),
                dtype.toString())
            .lines();
    assertThat(lines.get(1)).isEqualTo(dtype.toString());
    long weights = parameters * dtype.bytes();
    assertThat(Long.parseLong(lines.get(0))).as("bytes").isBetween(weights / 2, weights * 11 / 10);
  }
}
