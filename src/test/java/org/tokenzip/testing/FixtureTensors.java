// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.tokenzip.weights.SafetensorsFile;
import org.tokenzip.weights.SafetensorsType;

/** The expected tensors of a fixture as plain arrays. */
public final class FixtureTensors implements AutoCloseable {
  private final SafetensorsFile file;

  private FixtureTensors(SafetensorsFile file) {
    this.file = file;
  }

  /** Opens {@code expected.safetensors} in {@code folder}. */
  public static FixtureTensors open(Path folder) {
    return new FixtureTensors(SafetensorsFile.open(folder.resolve("expected.safetensors")));
  }

  public Set<String> names() {
    return file.tensors().keySet();
  }

  public boolean has(String name) {
    return names().contains(name);
  }

  public long[] shape(String name) {
    return file.info(name).dims();
  }

  public byte[] bytes(String name) {
    ByteBuffer mapped = file.bytes(name);
    byte[] bytes = new byte[mapped.remaining()];
    mapped.get(bytes);
    return bytes;
  }

  public float[] floats(String name) {
    assertThat(file.info(name).type()).as(name).isEqualTo(SafetensorsType.F32);
    ByteBuffer mapped = file.bytes(name);
    float[] floats = new float[mapped.remaining() / Float.BYTES];
    mapped.asFloatBuffer().get(floats);
    return floats;
  }

  @Override
  public void close() {
    file.close();
  }
}
