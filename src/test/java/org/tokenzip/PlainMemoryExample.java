// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.tokenzip.kernel.AttentionReceivedFromMap;
import org.tokenzip.kernel.AttentionRowFromMap;
import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.ElementType;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.kernel.NativeTensor;
import org.tokenzip.kernel.VisionZipKernel;
import org.tokenzip.kernel.VisionZipLists;
import org.tokenzip.kernel.VisionZipMerge;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.kernel.VisionZipSelect;
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

  private PlainMemoryExample() {}

  public static void main(String[] arguments) {
    scores();
    visionZip();
  }

  private static void scores() {
    // A FloatPointer is JavaCPP's own memory; a direct buffer is the JVM's.
    try (FloatPointer keyMemory = new FloatPointer(values(1, B * H * S * WIDTH))) {
      NativeTensor keys = NativeTensor.of(keyMemory, B, H, S, WIDTH);
      FloatBuffer keyMean = floats(B * S * WIDTH);
      HeadMeanKeys.run(keys, NativeTensor.of(keyMean, B, S, WIDTH));
      print("HeadMeanKeys", keyMean);

      NativeTensor query = input(2, B, H, WIDTH);
      FloatBuffer logits = floats(B * H * S);
      ClsLogitsKeyMean.run(
          query,
          keys,
          0.5f,
          NativeTensor.of(logits, B, H, S),
          NativeTensor.of(keyMean, B, S, WIDTH));
      print("ClsLogitsKeyMean", logits, keyMean);
    }

    NativeTensor map = input(3, B, H, S, S);
    FloatBuffer scores = floats(B * S);
    AttentionRowFromMap.run(map, 1, NativeTensor.of(scores, B, S));
    print("AttentionRowFromMap", scores);
    AttentionReceivedFromMap.run(map, NativeTensor.of(scores, B, S));
    print("AttentionReceivedFromMap", scores);
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
    Workspace workspace =
        Workspace.of(
            ByteBuffer.allocateDirect(
                Math.toIntExact(VisionZipKernel.workspaceBytes(BUDGET, keys))));
    VisionZipKernel.run(query, keys, tokens, lists, outTokens, workspace);
    print("VisionZipKernel", dominant, assign, out);

    // The same in three steps.
    NativeTensor logits = NativeTensor.of(floats(B * H * S), B, H, S);
    NativeTensor keyMean = NativeTensor.of(floats(B * S * WIDTH), B, S, WIDTH);
    ClsLogitsKeyMean.run(query, keys, BUDGET.scale(), logits, keyMean);
    VisionZipSelect.runFromLogits(logits, keyMean, lists);
    print("VisionZipSelect", dominant, assign);
    VisionZipSelect.runFromScores(input(5, B, S - 1), keyMean, lists);
    print("VisionZipSelect.fromScores", dominant, assign);
    VisionZipMerge.run(lists, tokens, outTokens);
    print("VisionZipMerge", out);
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
