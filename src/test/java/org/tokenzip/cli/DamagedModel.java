// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.tokenzip.pipeline.EmbeddedModel;

/** A copy of the embedded model with something wrong in it. */
final class DamagedModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "preprocessor_config.json",
          "processor_config.json",
          "tokenizer.json",
          "tokenizer_config.json");

  private final Path directory;

  private DamagedModel(Path directory) {
    this.directory = directory;
  }

  static DamagedModel copyTo(Path directory) throws IOException {
    for (String file : FILES) {
      Files.copy(EmbeddedModel.directory().resolve(file), directory.resolve(file));
    }
    return new DamagedModel(directory);
  }

  DamagedModel replace(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
    return this;
  }

  DamagedModel delete(String file) throws IOException {
    Files.delete(directory.resolve(file));
    return this;
  }

  DamagedModel editJson(String file, Consumer<ObjectNode> edit) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(directory.resolve(file).toFile());
    edit.accept(root);
    return replace(file, root.toString());
  }

  /** Keeps the first {@code part} of the weights. */
  DamagedModel truncateWeights(double part) throws IOException {
    byte[] all = weights();
    return write(Arrays.copyOf(all, (int) (all.length * part)));
  }

  /** Writes {@code length} where the length of the header stands. */
  DamagedModel headerLength(long length) throws IOException {
    byte[] all = weights();
    ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    return write(all);
  }

  /** Edits the header; the tensors' bytes stay. */
  DamagedModel editHeader(Consumer<ObjectNode> edit) throws IOException {
    byte[] all = weights();
    int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    ObjectNode header = (ObjectNode) JSON.readTree(all, 8, length);
    edit.accept(header);
    byte[] edited = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + edited.length + all.length - 8 - length)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(edited.length).put(edited).put(all, 8 + length, all.length - 8 - length);
    return write(out.array());
  }

  /** Makes the last weights of the file NaN. */
  DamagedModel nanWeights() throws IOException {
    byte[] all = weights();
    Arrays.fill(all, all.length - 16, all.length, (byte) 0x7E); // 0x7E7E is an fp16 NaN
    return write(all);
  }

  String path() {
    return directory.toString();
  }

  private byte[] weights() throws IOException {
    return Files.readAllBytes(directory.resolve("model.safetensors"));
  }

  private DamagedModel write(byte[] weights) throws IOException {
    Files.write(directory.resolve("model.safetensors"), weights);
    return this;
  }
}
