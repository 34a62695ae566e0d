// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.tokenzip.kernel.AttentionRange;
import org.tokenzip.kernel.AttentionReceived;
import org.tokenzip.kernel.AttentionReceivedFromMap;
import org.tokenzip.kernel.AttentionRow;
import org.tokenzip.kernel.AttentionRowFromMap;
import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.CosineAssign;
import org.tokenzip.kernel.CosineMatrix;
import org.tokenzip.kernel.CosineWorkspace;
import org.tokenzip.kernel.ElementType;
import org.tokenzip.kernel.FicocoVLayer;
import org.tokenzip.kernel.FicocoVLists;
import org.tokenzip.kernel.FicocoVParameters;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.GreedyDpp;
import org.tokenzip.kernel.GreedyMaxMin;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.HeadMeanLogits;
import org.tokenzip.kernel.HeadMeanMap;
import org.tokenzip.kernel.HeadMeanProbabilities;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.Layout;
import org.tokenzip.kernel.LocalPenalty;
import org.tokenzip.kernel.MatrixKind;
import org.tokenzip.kernel.MeanCosine;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.kernel.MergeWorkspace;
import org.tokenzip.kernel.MinMaxRelevance;
import org.tokenzip.kernel.NativeTensor;
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
import org.tokenzip.kernel.VisionZipKernel;
import org.tokenzip.kernel.VisionZipLists;
import org.tokenzip.kernel.VisionZipMerge;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.kernel.VisionZipSelect;
import org.tokenzip.kernel.WeightedSum;
import org.tokenzip.kernel.Workspace;

/**
 * Every operator on memory of the JVM, in a process that has our jars and JavaCPP and nothing else.
 * {@code PlainMemoryTest} starts it, and compares what it prints with the same operators on
 * libtorch tensors.
 */
final class PlainMemoryExample {
  static final int B = 2;
  static final int H = 3;
  static final int S = 9;
  static final int WIDTH = 4; // of a head
  static final int D = 5;
  static final VisionZipParameters BUDGET =
      new VisionZipParameters(true, 4, 2, MergeMode.TARGET_PLUS_MEAN, 0.5f);

  static final FicocoVParameters FICOCO =
      new FicocoVParameters(
          true, true, 0.5f, 0.65, 0.9, 2, 2, new LocalPenalty.Grid(2, 4, 2, 2, 2));

  private PlainMemoryExample() {}

  public static void main(String[] arguments) {
    scores();
    selection();
    assignment();
    diversity();
    pooling();
    merging();
    visionZip();
    ficoco();
  }

  private static void scores() {
    // A FloatPointer is JavaCPP's own memory; a direct buffer is the JVM's.
    try (FloatPointer keyMemory = new FloatPointer(values(1, B * H * S * WIDTH))) {
      NativeTensor keys = NativeTensor.of(keyMemory, B, H, S, WIDTH);
      FloatBuffer keyMean = floats(B * S * WIDTH);
      HeadMeanKeys.run(null, keys, NativeTensor.of(keyMean, B, S, WIDTH));
      print("HeadMeanKeys", keyMean);

      NativeTensor query = input(2, B, H, WIDTH);
      FloatBuffer logits = floats(B * H * S);
      ClsLogitsKeyMean.run(
          null,
          query,
          keys,
          0.5f,
          NativeTensor.of(logits, B, H, S),
          NativeTensor.of(keyMean, B, S, WIDTH));
      print("ClsLogitsKeyMean", logits, keyMean);
    }

    NativeTensor query = input(2, B, H, WIDTH);
    NativeTensor keys = input(1, B, H, S, WIDTH);
    FloatBuffer scores = floats(B * S);
    NativeTensor allScores = NativeTensor.of(scores, B, S);
    NativeTensor flags = NativeTensor.of(ints(B), B);
    AttentionRow.run(
        null,
        query,
        keys,
        0.5f,
        HeadReduction.MEAN,
        allScores,
        flags,
        workspace(AttentionRow.workspaceBytes(null, query, keys)));
    print("AttentionRow", scores);

    attention(keys);

    NativeTensor map = input(3, B, H, S, S);
    AttentionRowFromMap.run(null, map, 1, HeadReduction.SUM, allScores);
    print("AttentionRowFromMap", scores);
    AttentionReceivedFromMap.run(null, map, AttentionRange.ALL, allScores);
    print("AttentionReceivedFromMap", scores);
    FloatBuffer mean = floats(B * S * S);
    HeadMeanMap.run(null, map, NativeTensor.of(mean, B, S, S));
    print("HeadMeanMap", mean);

    // Pictures of 3 and 6 tokens in one call, one after the other.
    FloatBuffer scaled = floats(9);
    MinMaxRelevance.run(Ragged.of(3, 6), input(8, 1, 9), NativeTensor.of(scaled, 1, 9));
    print("MinMaxRelevance", scaled);
  }

  private static void selection() {
    NativeTensor scores = input(5, B, S);
    NativeTensor flags = NativeTensor.of(ints(B), B);
    IntBuffer picks = ints(B * 4);
    NativeTensor indices = NativeTensor.of(picks, B, 4);
    FloatBuffer values = floats(B * 4);
    TopK.run(null, scores, 4, true, indices, NativeTensor.of(values, B, 4), flags);
    print("TopK", picks, values);

    IntBuffer count = ints(B);
    NativeTensor threshold = NativeTensor.of(floats(0.1f, 0.3f), B);
    ThresholdSelect.run(null, scores, threshold, indices, NativeTensor.of(count, B), flags);
    print("ThresholdSelect", picks, count);

    NativeTensor counts = NativeTensor.of(ints(B).put(0, 9).put(1, 3), B);
    StrideTargets.run(null, 9, counts, indices);
    print("StrideTargets", picks);

    IntBuffer entries = ints(B * H * 3);
    IntBuffer entryCount = ints(B * H);
    QuantileSelect.run(
        null,
        input(6, B, H, S),
        null,
        0.8,
        NativeTensor.of(entries, B, H, 3),
        NativeTensor.of(entryCount, B, H),
        flags);
    print("QuantileSelect", entries, entryCount);

    IntBuffer cells = ints(B * S);
    for (int i = 0; i < B * S; i++) {
      cells.put(i, i % S);
    }
    FloatBuffer penalised = floats(B * S);
    LocalPenalty.run(
        null,
        new LocalPenalty.Grid(3, 3, 2, 2, 2),
        scores,
        NativeTensor.of(cells, B, S),
        NativeTensor.of(penalised, B, S),
        flags);
    print("LocalPenalty", penalised);
  }

  private static void assignment() {
    NativeTensor tokens = input(4, B, S, D);
    NativeTensor targets = input(6, B, 3, D);
    Workspace workspace = workspace(CosineWorkspace.bytes(null, tokens, targets));
    IntBuffer index = ints(B * S);
    FloatBuffer best = floats(B * S);
    CosineAssign.run(
        null,
        tokens,
        null,
        targets,
        null,
        false,
        NativeTensor.of(index, B, S),
        NativeTensor.of(best, B, S),
        null,
        workspace);
    print("CosineAssign", index, best);
    FloatBuffer matrix = floats(B * S * S);
    CosineMatrix.run(null, tokens, false, NativeTensor.of(matrix, B, S, S), null, workspace);
    print("CosineMatrix", matrix);
    MeanCosine.run(null, tokens, NativeTensor.of(best, B, S), null, workspace);
    print("MeanCosine", best);
    IntBuffer neighbours = ints(B * S * 2);
    FloatBuffer similarity = floats(B * S * 2);
    TopNeighbours.run(
        null,
        tokens,
        null,
        true,
        false,
        NativeTensor.of(neighbours, B, S, 2),
        NativeTensor.of(similarity, B, S, 2),
        null,
        workspace);
    print("TopNeighbours", neighbours, similarity);
  }

  private static void diversity() {
    NativeTensor matrix = NativeTensor.of(floats(similarity()), B, S, S);
    NativeTensor weight = input(6, B, S);
    NativeTensor flags = NativeTensor.of(ints(B), B);
    IntBuffer picks = ints(B * 4);
    NativeTensor indices = NativeTensor.of(picks, B, 4);
    GreedyMaxMin.run(
        null,
        matrix,
        MatrixKind.SIMILARITY,
        4,
        true,
        indices,
        flags,
        workspace(GreedyMaxMin.workspaceBytes(matrix)));
    print("GreedyMaxMin", picks);
    GreedyDpp.run(
        null,
        matrix,
        weight,
        4,
        true,
        indices,
        flags,
        workspace(GreedyDpp.workspaceBytes(matrix, 4)));
    print("GreedyDpp", picks);
  }

  private static void pooling() {
    NativeTensor tokens = input(7, B, 2, 4, 4, D);
    FloatBuffer scores = floats(B * 32);
    Relevance.run(
        null,
        NativeTensor.of(floats(values(7, B * 32 * D)), B, 32, D),
        input(9, B, D),
        100,
        true,
        NativeTensor.of(scores, B, 32),
        null);
    print("Relevance", scores);
    FloatBuffer pooled = floats(B * 4 * D);
    PromptPool3d.run(
        null,
        PoolWindows.tiles(2, 2, 2),
        tokens,
        NativeTensor.of(scores, B, 2, 4, 4),
        NativeTensor.of(pooled, B, 1, 2, 2, D),
        null);
    print("PromptPool3d", pooled);
  }

  private static void merging() {
    NativeTensor tokens = input(4, B, S, D);
    NativeTensor weight = input(5, B, S);
    NativeTensor few = input(6, B, 3, D);
    NativeTensor assign = NativeTensor.of(assignment(3), B, S);
    FloatBuffer picked = floats(B * S * D);
    Gather.run(null, few, assign, NativeTensor.of(picked, B, S, D));
    print("Gather", picked);
    FloatBuffer merged = floats(B * 3 * D);
    NativeTensor out = NativeTensor.of(merged, B, 3, D);
    NativeTensor plan = NativeTensor.of(plan(), B, 3, 2);
    Layout.run(null, List.of(tokens, few), plan, out);
    print("Layout", merged);
    FloatBuffer sum = floats(B * D);
    WeightedSum.run(null, tokens, weight, null, NativeTensor.of(sum, B, 1, D));
    print("WeightedSum", sum);

    Workspace workspace = workspace(MergeWorkspace.bytes(B, S, S));
    TargetMeanMerge.run(MergeMode.TARGET_PLUS_MEAN, null, few, tokens, assign, out, workspace);
    print("TargetMeanMerge", merged);
    FloatBuffer sizes = floats(B * 3);
    SizeWeightedMerge.run(
        null,
        few,
        NativeTensor.of(floats(1, 2, 3, 4, 5, 6), B, 3),
        tokens,
        NativeTensor.of(floats(ones(B * S)), B, S),
        assign,
        out,
        NativeTensor.of(sizes, B, 3),
        workspace);
    print("SizeWeightedMerge", merged, sizes);
    ScatterAdd.run(null, tokens, assign, null, out, workspace);
    print("ScatterAdd", merged);
    FloatBuffer preserved = floats(B * S * D);
    SelfPreservingMerge.run(
        null,
        tokens,
        few,
        NativeTensor.of(assignment(9).limit(B * 3), B, 3, 1),
        NativeTensor.of(floats(1, 2, 3, 4, 5, 6), B, 3, 1),
        NativeTensor.of(preserved, B, S, D),
        workspace);
    print("SelfPreservingMerge", preserved);
  }

  /** For each token of {@code B} pictures one of so many targets, in turn. */
  private static IntBuffer assignment(int targets) {
    IntBuffer assign = ints(B * S);
    for (int i = 0; i < B * S; i++) {
      assign.put(i, i % targets);
    }
    return assign;
  }

  /** Row 2 of the second piece, row 8 of the first, nothing. */
  private static IntBuffer plan() {
    return ints(B * 6).put(0, new int[] {1, 2, 0, 8, -1, 0, 1, 2, 0, 8, -1, 0});
  }

  static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Symmetric matrices with ones on the diagonal. */
  static float[] similarity() {
    float[] values = values(5, B * S * S);
    for (int b = 0; b < B; b++) {
      for (int i = 0; i < S; i++) {
        for (int j = 0; j <= i; j++) {
          int at = (b * S + i) * S + j;
          values[at] = i == j ? 1 : values[at] / S;
          values[(b * S + j) * S + i] = values[at];
        }
      }
    }
    return values;
  }

  private static void visionZip() {
    NativeTensor query = input(2, B, H, WIDTH);
    NativeTensor keys = input(1, B, H, S, WIDTH);
    NativeTensor tokens = input(4, B, S, D);
    VisionZipParameters.Counts counts = BUDGET.count(S);

    IntBuffer dominant = ints(B * counts.dominant());
    IntBuffer assign = ints(B * counts.merged());
    VisionZipLists lists =
        new VisionZipLists(
            BUDGET,
            S,
            NativeTensor.of(dominant, B, counts.dominant()),
            NativeTensor.of(ints(B * counts.target()), B, counts.target()),
            NativeTensor.of(ints(B * counts.merged()), B, counts.merged()),
            NativeTensor.of(assign, B, counts.merged()),
            NativeTensor.of(ints(B * (counts.target() + 1)), B, counts.target() + 1),
            NativeTensor.of(ints(B * counts.merged()), B, counts.merged()),
            NativeTensor.of(floats(B * (S - 1)), B, S - 1),
            NativeTensor.of(ints(B), B));
    FloatBuffer out = floats(B * counts.out() * D);
    NativeTensor outTokens = NativeTensor.of(out, B, counts.out(), D);
    Workspace workspace = workspace(VisionZipKernel.workspaceBytes(BUDGET, keys));
    VisionZipKernel.run(null, query, keys, tokens, lists, outTokens, workspace);
    print("VisionZipKernel", dominant, assign, out);

    // The same in three steps.
    NativeTensor logits = NativeTensor.of(floats(B * H * S), B, H, S);
    NativeTensor keyMean = NativeTensor.of(floats(B * S * WIDTH), B, S, WIDTH);
    ClsLogitsKeyMean.run(null, query, keys, BUDGET.scale(), logits, keyMean);
    VisionZipSelect.runFromLogits(null, logits, keyMean, lists);
    print("VisionZipSelect", dominant, assign);
    VisionZipSelect.runFromScores(null, input(5, B, S - 1), keyMean, lists);
    print("VisionZipSelect.fromScores", dominant, assign);
    VisionZipMerge.run(null, lists, tokens, outTokens);
    print("VisionZipMerge", out);
  }

  private static void ficoco() {
    IntBuffer cells = ints(B * (S - 1));
    for (int i = 0; i < cells.capacity(); i++) {
      cells.put(i, i % (S - 1));
    }
    long gone = FICOCO.removals();
    long left = S - 1 - gone;
    IntBuffer removed = ints(B * gone);
    IntBuffer targets = ints(B * gone * 2);
    FloatBuffer out = floats(B * (1 + left) * D);
    FicocoVLists lists =
        new FicocoVLists(
            NativeTensor.of(floats(B * (S - 1)), B, S - 1),
            NativeTensor.of(removed, B, gone),
            NativeTensor.of(ints(B * left), B, left),
            NativeTensor.of(ints(B * left), B, left),
            NativeTensor.of(targets, B, gone, 2),
            NativeTensor.of(floats(B * gone * 2), B, gone, 2),
            NativeTensor.of(ints(B * gone), B, gone),
            NativeTensor.of(ints(B), B));
    NativeTensor keys = input(1, B, H, S, WIDTH);
    FicocoVLayer.run(
        null,
        FICOCO,
        input(3, B, H, S, WIDTH),
        keys,
        input(4, B, S, D),
        NativeTensor.of(cells, B, S - 1),
        null,
        null,
        null,
        lists,
        NativeTensor.of(out, B, 1 + left, D),
        workspace(FicocoVLayer.workspaceBytes(null, FICOCO, keys)));
    print("FicocoVLayer", removed, targets, out);
  }

  /** Numbers between -1 and 1 that the parent can make as well. */
  static float[] values(int seed, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(seed * 1000 + 7.0 * i * i + i);
    }
    return values;
  }

  private static NativeTensor input(int seed, int... shape) {
    int count = 1;
    long[] extents = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      extents[i] = shape[i];
      count *= shape[i];
    }
    ByteBuffer memory = direct(4L * count);
    memory.asFloatBuffer().put(values(seed, count));
    return NativeTensor.of(memory, ElementType.FP32, extents);
  }

  private static void attention(NativeTensor keys) {
    NativeTensor queries = input(9, B, H, S, WIDTH);
    FloatBuffer lse = floats(B * H * S);
    NativeTensor rowLse = NativeTensor.of(lse, B, H, S);
    RowLse.run(null, queries, keys, 0.5f, rowLse);
    print("RowLse", lse);
    FloatBuffer received = floats(B * S);
    Workspace workspace = workspace(AttentionReceived.workspaceBytes(null, queries, keys));
    AttentionReceived.run(
        null,
        queries,
        keys,
        0.5f,
        null,
        AttentionRange.ALL,
        false,
        NativeTensor.of(received, B, S),
        null,
        workspace);
    print("AttentionReceived", received);
    // What every token but the first receives in each head from the last one alone.
    FloatBuffer ofHeads = floats(B * H * (S - 1));
    AttentionReceived.run(
        null,
        queries,
        keys,
        0.5f,
        rowLse,
        new AttentionRange(S - 1, S, 1, AttentionRange.END),
        true,
        NativeTensor.of(ofHeads, B, H, S - 1),
        null,
        workspace);
    print("AttentionReceived.perHead", ofHeads);
    FloatBuffer means = floats(B * S * S);
    NativeTensor allMeans = NativeTensor.of(means, B, S, S);
    HeadMeanLogits.run(null, queries, keys, 0.5f, null, null, allMeans);
    print("HeadMeanLogits", means);
    HeadMeanProbabilities.run(
        null,
        queries,
        keys,
        0.5f,
        null,
        null,
        allMeans,
        workspace(HeadMeanProbabilities.workspaceBytes(B, H, S)));
    print("HeadMeanProbabilities", means);
  }

  private static Workspace workspace(long bytes) {
    return Workspace.of(direct(bytes));
  }

  private static FloatBuffer floats(float... values) {
    return floats((long) values.length).put(0, values);
  }

  private static FloatBuffer floats(long count) {
    return direct(4L * count).asFloatBuffer();
  }

  private static IntBuffer ints(long count) {
    return direct(4L * count).asIntBuffer();
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  private static void print(String operator, Buffer... results) {
    StringBuilder line = new StringBuilder(operator);
    for (Buffer result : results) {
      for (int i = 0; i < result.capacity(); i++) {
        line.append(' ')
            .append(
                result instanceof FloatBuffer f ? f.get(i) : (float) ((IntBuffer) result).get(i));
      }
    }
    System.out.println(line);
  }
}
