// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.tokenzip.testing.SafetensorsWriter;

/** Whatever a file holds, it opens or is refused by the one documented exception. */
class SafetensorsFuzzTest {
  private static final String VALID =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[8,12]}}";

  private static Path file;

  @BeforeContainer
  static void createFile() throws IOException {
    file = Files.createTempFile("fuzz", ".safetensors");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @Property
  void randomFiles(@ForAll @Size(max = 200) byte[] content) throws IOException {
    openAndRead(content);
  }

  @Property
  void randomHeaders(@ForAll @Size(max = 200) byte[] header, @ForAll @Size(max = 20) byte[] data)
      throws IOException {
    openAndRead(SafetensorsWriter.assemble(header, data));
  }

  @Property(tries = 3000)
  void validFilesWithAnyBytesChanged(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 200) Integer> places,
      @ForAll @Size(3) byte[] changes)
      throws IOException {
    byte[] content = SafetensorsWriter.assemble(VALID.getBytes(UTF_8), new byte[12]);
    for (int i = 0; i < places.size(); i++) {
      content[places.get(i) % content.length] = changes[i];
    }
    openAndRead(content);
  }

  @Property(tries = 3000)
  void validHeadersWithPartsReplaced(
      @ForAll("parts") String part, @ForAll("parts") String replacement) throws IOException {
    byte[] header = VALID.replace(part, replacement).getBytes(UTF_8);
    openAndRead(SafetensorsWriter.assemble(header, new byte[12]));
  }

  @Property
  void truncatedFiles(@ForAll @IntRange(max = 180) int length) throws IOException {
    byte[] content = SafetensorsWriter.assemble(VALID.getBytes(UTF_8), new byte[12]);
    openAndRead(ByteBuffer.wrap(content, 0, Math.min(length, content.length)));
  }

  @Provide
  Arbitrary<String> parts() {
    return Arbitraries.of(
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\"a\"",
        "\"b\"",
        "\"__metadata__\"",
        "\"dtype\"",
        "\"shape\"",
        "\"data_offsets\"",
        "\"F32\"",
        "\"BF16\"",
        "[2]",
        "[2,1]",
        "[0,8]",
        "[8,12]",
        "0",
        "2",
        "8",
        "12",
        "-1",
        "1e9",
        "9223372036854775807",
        "18446744073709551616",
        "null",
        "true",
        "{}",
        "[]",
        "\u0000",
        "\ud83d\ude00",
        "[[",
        "\"x\":");
  }

  private static void openAndRead(byte[] content) throws IOException {
    openAndRead(ByteBuffer.wrap(content));
  }

  private static void openAndRead(ByteBuffer content) throws IOException {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    Files.write(file, bytes);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      for (TensorInfo tensor : opened.tensors().values()) {
        assertThat(opened.bytes(tensor.name()).remaining()).isEqualTo((int) tensor.length());
      }
    } catch (CheckpointException e) {
      assertThat(e).hasMessageStartingWith(file + ": ");
    }
  }
}
