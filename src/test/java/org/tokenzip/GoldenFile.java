// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.SafetensorsFile;
import org.tokenzip.weights.SafetensorsType;

/** Inputs, expectations and parameters of one operator vector. */
public record GoldenFile(SafetensorsFile file, JsonNode parameters) implements AutoCloseable {
  public static GoldenFile open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new GoldenFile(file, new ObjectMapper().readTree(file.metadata().get("meta")));
    } catch (JsonProcessingException e) {
      file.close();
      throw new IllegalArgumentException(path + ": the metadata entry meta is not JSON", e);
    }
  }

  boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /** An fp32 entry, rounded to {@code dtype}. */
  public Tensor tensor(String name, DType dtype) {
    return Tensors.to(Tensors.of(floats(name), shape(name)), dtype, Device.CPU);
  }

  long[] shape(String name) {
    return file.info(name).dims();
  }

  public float[] floats(String name) {
    ByteBuffer bytes = bytes(name, SafetensorsType.F32);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** Checks a result against an expectation within the tolerance of a storage type. */
  public void assertClose(String name, Tensor tensor, DType dtype) {
    double tolerance =
        switch (dtype) {
          case FP32 -> 1e-5;
          case FP16 -> 2e-3;
          case BF16 -> 1.6e-2;
        };
    float[] expected = floats(name);
    float[] actual = Tensors.toFloatArray(tensor);
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", name, i)
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }

  /** An int64 entry. */
  Tensor longs(String name) {
    ByteBuffer bytes = bytes(name, SafetensorsType.I64);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return Tensors.of(values, shape(name));
  }

  public int[] ints(String name) {
    ByteBuffer bytes = bytes(name, SafetensorsType.I64);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  double[] doubles(String name) {
    ByteBuffer bytes = bytes(name, SafetensorsType.F64);
    double[] values = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  private ByteBuffer bytes(String name, SafetensorsType type) {
    assertThat(file.info(name).type()).as(name).isEqualTo(type);
    return file.bytes(name);
  }

  @Override
  public void close() {
    file.close();
  }
}
