// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.PlainMemoryExample.B;
import static org.tokenzip.PlainMemoryExample.BUDGET;
import static org.tokenzip.PlainMemoryExample.D;
import static org.tokenzip.PlainMemoryExample.H;
import static org.tokenzip.PlainMemoryExample.S;
import static org.tokenzip.PlainMemoryExample.WIDTH;

import java.io.File;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.kernel.AttentionReceivedFromMap;
import org.tokenzip.kernel.AttentionRowFromMap;
import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.VisionZipIndices;
import org.tokenzip.kernel.VisionZipKernel;
import org.tokenzip.kernel.VisionZipMerge;
import org.tokenzip.kernel.VisionZipSelect;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.ChildJvm;

/** Every operator in a JVM that has our natives and JavaCPP, and no tensor library. */
class PlainMemoryTest {
  @TempDir private Path directory;

  @Test
  void everyOperatorRunsWithoutLibtorch() throws Exception {
    Map<String, String> printed = new LinkedHashMap<>();
    for (String line : run(List.of())) {
      String[] nameAndValues = line.split(" ", 2);
      printed.put(nameAndValues[0], nameAndValues[1]);
    }
    try (TensorScope scope = new TensorScope()) {
      assertThat(printed).isEqualTo(onLibtorch());
    }
    assertThat(printed.keySet()).containsAll(operators());
  }

  @Test
  void saysWhatToInstallWithoutOpenMp() throws Exception {
    // A file of that name that is no library stands for none.
    Path libraries = Files.createDirectory(directory.resolve("lib"));
    Files.createFile(libraries.resolve("libgomp.so.1"));
    ChildJvm jvm =
        ChildJvm.startOn(
            classPath(),
            PlainMemoryExample.class,
            directory.resolve("output"),
            List.of(),
            Map.of("LD_LIBRARY_PATH", libraries.toString()));
    assertThat(jvm.failure())
        .contains("NativeLoadException", "without OpenMP's runtime libgomp.so.1", "libgomp1");
  }

  private List<String> run(List<String> options) throws Exception {
    return ChildJvm.startOn(
            classPath(), PlainMemoryExample.class, directory.resolve("output"), options, Map.of())
        .lines();
  }

  /** Our classes and natives, the tests' classes for the example, and JavaCPP. */
  private static String classPath() {
    String classPath =
        Arrays.stream(ChildJvm.classPath().split(File.pathSeparator))
            .filter(
                entry ->
                    Files.isDirectory(Path.of(entry))
                        || Path.of(entry).getFileName().toString().startsWith("javacpp-"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(classPath).doesNotContain("pytorch", "openblas", "slf4j", "jspecify");
    return classPath;
  }

  /** What the example has to print. */
  private static Map<String, String> onLibtorch() {
    Map<String, String> expected = new LinkedHashMap<>();
    Tensor keys = input(1, B, H, S, WIDTH);
    Tensor query = input(2, B, H, WIDTH);
    Tensor map = input(3, B, H, S, S);
    Tensor tokens = input(4, B, S, D);
    expected.put("HeadMeanKeys", text(HeadMeanKeys.apply(keys)));
    ClsLogitsKeyMean.Result cls = ClsLogitsKeyMean.apply(query, keys, 0.5f);
    expected.put("ClsLogitsKeyMean", text(cls.logits(), cls.keyMean()));
    expected.put("AttentionRowFromMap", text(AttentionRowFromMap.apply(map, 1)));
    expected.put("AttentionReceivedFromMap", text(AttentionReceivedFromMap.apply(map)));

    VisionZipKernel.Result whole = VisionZipKernel.apply(BUDGET, query, keys, tokens);
    VisionZipIndices indices = whole.indices();
    expected.put("VisionZipKernel", text(indices.dominant(), indices.assign(), whole.tokens()));
    expected.put("VisionZipSelect", text(indices.dominant(), indices.assign()));
    VisionZipIndices scored = VisionZipSelect.fromScores(BUDGET, input(5, B, S - 1), cls.keyMean());
    expected.put("VisionZipSelect.fromScores", text(scored.dominant(), scored.assign()));
    expected.put("VisionZipMerge", text(VisionZipMerge.apply(scored, tokens)));
    return expected;
  }

  private static Tensor input(int seed, int... shape) {
    int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return Tensors.of(
        PlainMemoryExample.values(seed, count), Arrays.stream(shape).asLongStream().toArray());
  }

  private static String text(Tensor... tensors) {
    StringBuilder text = new StringBuilder();
    for (Tensor tensor : tensors) {
      for (float value : Tensors.toFloatArray(tensor)) {
        text.append(text.isEmpty() ? "" : " ").append(value);
      }
    }
    return text.toString();
  }

  /** The classes of the package that have a door for plain memory. */
  private static List<String> operators() throws Exception {
    Path classes =
        Path.of(HeadMeanKeys.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("org/tokenzip/kernel");
    try (Stream<Path> files = Files.list(classes)) {
      return files
          .map(file -> file.getFileName().toString().replace(".class", ""))
          .filter(not(name -> name.contains("$") || name.equals("package-info")))
          .filter(PlainMemoryTest::isOperator)
          .toList();
    }
  }

  private static boolean isOperator(String name) {
    try {
      Class<?> type = Class.forName("org.tokenzip.kernel." + name);
      return Modifier.isPublic(type.getModifiers())
          && Arrays.stream(type.getMethods())
              .filter(method -> Modifier.isStatic(method.getModifiers()))
              .map(Method::getName)
              .anyMatch(method -> method.startsWith("run"));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
