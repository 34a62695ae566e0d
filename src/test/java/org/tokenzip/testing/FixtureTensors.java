// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** The tensors of a small, trusted safetensors file as plain arrays, without native code. */
public final class FixtureTensors {
  private final JsonNode header;
  private final ByteBuffer data;

  private FixtureTensors(JsonNode header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  public static FixtureTensors read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    return new FixtureTensors(
        new ObjectMapper().readTree(header), bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  public boolean has(String name) {
    return header.has(name);
  }

  public int[] shape(String name) {
    return StreamSupport.stream(entry(name).get("shape").spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }

  public byte[] bytes(String name) {
    JsonNode offsets = entry(name).get("data_offsets");
    byte[] bytes = new byte[offsets.get(1).asInt() - offsets.get(0).asInt()];
    data.get(offsets.get(0).asInt(), bytes);
    return bytes;
  }

  public float[] floats(String name) {
    if (!entry(name).get("dtype").asText().equals("F32")) {
      throw new AssertionError(name + " should be F32, but is " + entry(name).get("dtype"));
    }
    byte[] bytes = bytes(name);
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private JsonNode entry(String name) {
    JsonNode entry = header.get(name);
    if (entry == null) {
      throw new AssertionError("no tensor called " + name);
    }
    return entry;
  }
}
