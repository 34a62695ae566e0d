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
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.kernel.AttentionRange;
import org.tokenzip.kernel.AttentionReceived;
import org.tokenzip.kernel.AttentionReceivedFromMap;
import org.tokenzip.kernel.AttentionRow;
import org.tokenzip.kernel.AttentionRowFromMap;
import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.CosineAssign;
import org.tokenzip.kernel.CosineMatrix;
import org.tokenzip.kernel.FicocoVLayer;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.GreedyDpp;
import org.tokenzip.kernel.GreedyMaxMin;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.HeadMeanLogits;
import org.tokenzip.kernel.HeadMeanMap;
import org.tokenzip.kernel.HeadMeanProbabilities;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.Layout;
import org.tokenzip.kernel.LibtorchView;
import org.tokenzip.kernel.LocalPenalty;
import org.tokenzip.kernel.MatrixKind;
import org.tokenzip.kernel.MeanCosine;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.kernel.MinMaxRelevance;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PromptPool3d;
import org.tokenzip.kernel.QuantileSelect;
import org.tokenzip.kernel.Ragged;
import org.tokenzip.kernel.Relevance;
import org.tokenzip.kernel.RowLse;
import org.tokenzip.kernel.ScatterAdd;
import org.tokenzip.kernel.SelfPreservingMerge;
import org.tokenzip.kernel.SizeWeightedMerge;
import org.tokenzip.kernel.StrideTargets;
import org.tokenzip.kernel.TargetMeanMerge;
import org.tokenzip.kernel.ThresholdSelect;
import org.tokenzip.kernel.TopK;
import org.tokenzip.kernel.TopNeighbours;
import org.tokenzip.kernel.VisionZipIndices;
import org.tokenzip.kernel.VisionZipKernel;
import org.tokenzip.kernel.VisionZipMerge;
import org.tokenzip.kernel.VisionZipSelect;
import org.tokenzip.kernel.WeightedSum;
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
    Tensor queries = input(9, B, H, S, WIDTH);
    expected.put("RowLse", text(RowLse.apply(queries, keys, 0.5f)));
    expected.put("AttentionReceived", text(AttentionReceived.apply(queries, keys, 0.5f).values()));
    expected.put(
        "AttentionReceived.perHead",
        text(
            AttentionReceived.apply(
                    null,
                    queries,
                    keys,
                    0.5f,
                    RowLse.apply(queries, keys, 0.5f),
                    new AttentionRange(S - 1, S, 1, AttentionRange.END),
                    true)
                .values()));
    expected.put("HeadMeanLogits", text(HeadMeanLogits.apply(queries, keys, 0.5f)));
    expected.put("HeadMeanProbabilities", text(HeadMeanProbabilities.apply(queries, keys, 0.5f)));
    expected.put("HeadMeanKeys", text(HeadMeanKeys.apply(keys)));
    ClsLogitsKeyMean.Result cls = ClsLogitsKeyMean.apply(query, keys, 0.5f);
    expected.put("ClsLogitsKeyMean", text(cls.logits(), cls.keyMean()));
    expected.put(
        "AttentionRow", text(AttentionRow.apply(query, keys, 0.5f, HeadReduction.MEAN).values()));
    expected.put("AttentionRowFromMap", text(AttentionRowFromMap.apply(map, 1, HeadReduction.SUM)));
    expected.put("AttentionReceivedFromMap", text(AttentionReceivedFromMap.apply(map)));
    expected.put("HeadMeanMap", text(HeadMeanMap.apply(map)));
    Tensor offsets = Tensors.vector(0L, 3L, 9L).to(ScalarType.Int);
    expected.put(
        "MinMaxRelevance",
        text(MinMaxRelevance.apply(new Ragged(2, 6, LibtorchView.view(offsets)), input(8, 1, 9))));

    Tensor ofTokens = input(5, B, S);
    TopK.Result top = TopK.apply(ofTokens, 4, true);
    expected.put("TopK", text(top.indices(), top.values()));
    ThresholdSelect.Result above = ThresholdSelect.apply(ofTokens, Tensors.vector(0.1f, 0.3f), 4);
    expected.put("ThresholdSelect", text(above.indices(), above.count()));
    Tensor counts = Tensors.vector(9L, 3L).to(ScalarType.Int);
    expected.put("StrideTargets", text(StrideTargets.apply(counts, 9, 4)));
    QuantileSelect.Result entries = QuantileSelect.apply(input(6, B, H, S), 0.8, 3);
    expected.put("QuantileSelect", text(entries.indices(), entries.count()));
    Tensor cells =
        Tensors.vector(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L).to(ScalarType.Int).repeat(B, 1);
    expected.put(
        "LocalPenalty",
        text(LocalPenalty.apply(new LocalPenalty.Grid(3, 3, 2, 2, 2), ofTokens, cells).values()));

    CosineAssign.Result assigned = CosineAssign.apply(tokens, input(6, B, 3, D));
    expected.put("CosineAssign", text(assigned.index(), assigned.best()));
    expected.put("CosineMatrix", text(CosineMatrix.apply(tokens).values()));
    expected.put("MeanCosine", text(MeanCosine.apply(tokens).values()));
    TopNeighbours.Result nearest = TopNeighbours.apply(tokens, 2);
    expected.put("TopNeighbours", text(nearest.index(), nearest.similarity()));

    Tensor matrix = Tensors.of(PlainMemoryExample.similarity(), B, S, S);
    expected.put(
        "GreedyMaxMin", text(GreedyMaxMin.apply(matrix, MatrixKind.SIMILARITY, 4, true).values()));
    expected.put("GreedyDpp", text(GreedyDpp.apply(matrix, input(6, B, S), 4, true).values()));

    Tensor grid = input(7, B, 2, 4, 4, D);
    Tensor relevance = Relevance.apply(grid.reshape(B, 32, D), input(9, B, D), 100, true).values();
    expected.put("Relevance", text(relevance));
    expected.put(
        "PromptPool3d",
        text(
            PromptPool3d.apply(PoolWindows.tiles(2, 2, 2), grid, relevance.reshape(B, 2, 4, 4))
                .values()));

    Tensor few = input(6, B, 3, D);
    Tensor one = Tensors.vector(0L, 1L, 2L, 0L, 1L, 2L, 0L, 1L, 2L).to(ScalarType.Int);
    Tensor assign = one.repeat(B, 1);
    Tensor plan = Tensors.vector(1L, 2L, 0L, 8L, -1L, 0L).to(ScalarType.Int);
    expected.put("Gather", text(Gather.apply(few, assign)));
    expected.put(
        "Layout", text(Layout.apply(List.of(tokens, few), plan.reshape(1, 3, 2).repeat(B, 1, 1))));
    expected.put("WeightedSum", text(WeightedSum.apply(tokens, ofTokens)));
    expected.put(
        "TargetMeanMerge",
        text(TargetMeanMerge.apply(MergeMode.TARGET_PLUS_MEAN, few, tokens, assign)));
    Tensor counting = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, B, 3);
    Tensor ones = Tensors.of(PlainMemoryExample.ones(B * S), B, S);
    SizeWeightedMerge.Result sized = SizeWeightedMerge.apply(few, counting, tokens, ones, assign);
    expected.put("SizeWeightedMerge", text(sized.tokens(), sized.sizes()));
    expected.put("ScatterAdd", text(ScatterAdd.apply(null, tokens, assign, null, 3)));
    Tensor shares = Tensors.vector(0L, 1L, 2L, 3L, 4L, 5L).to(ScalarType.Int).reshape(B, 3, 1);
    expected.put(
        "SelfPreservingMerge",
        text(SelfPreservingMerge.apply(tokens, few, shares, counting.unsqueeze(2))));

    VisionZipKernel.Result whole = VisionZipKernel.apply(BUDGET, query, keys, tokens);
    VisionZipIndices indices = whole.indices();
    expected.put("VisionZipKernel", text(indices.dominant(), indices.assign(), whole.tokens()));
    expected.put("VisionZipSelect", text(indices.dominant(), indices.assign()));
    VisionZipIndices scored = VisionZipSelect.fromScores(BUDGET, input(5, B, S - 1), cls.keyMean());
    expected.put("VisionZipSelect.fromScores", text(scored.dominant(), scored.assign()));
    expected.put("VisionZipMerge", text(VisionZipMerge.apply(scored, tokens)));

    FicocoVLayer.Result layer =
        FicocoVLayer.apply(
            PlainMemoryExample.FICOCO,
            input(3, B, H, S, WIDTH),
            keys,
            tokens,
            cells.narrow(1, 0, S - 1),
            null,
            null,
            null);
    expected.put("FicocoVLayer", text(layer.removed(), layer.targets(), layer.tokens()));
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
