// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the JSON header of a safetensors file as a stream, so that what is allocated is bounded by
 * the header's own length and never by a number written in it.
 */
final class SafetensorsHeader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String METADATA = "__metadata__";

  /** The largest rank libtorch takes. */
  private static final int MAX_RANK = 64;

  private final String file;
  private final long dataStart;
  private final long dataLength;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private @Nullable Map<String, String> metadata;

  private SafetensorsHeader(String file, long dataStart, long dataLength) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataLength = dataLength;
  }

  /**
   * Parses and checks a header.
   *
   * @param file named in error messages
   * @param json exactly the bytes of the header
   * @param dataStart file offset of the first data byte
   * @param dataLength number of bytes that follow the header
   * @throws CheckpointException if the header breaks any rule of the format
   */
  static SafetensorsHeader parse(String file, byte[] json, long dataStart, long dataLength) {
    SafetensorsHeader header = new SafetensorsHeader(file, dataStart, dataLength);
    if (json.length == 0 || json[0] != '{') {
      throw header.malformed("expected it to begin with '{'");
    }
    // A reader of our own: given bytes, Jackson would also accept UTF-16 and UTF-32.
    var text =
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      header.readObject(parser);
      if (parser.nextToken() != null) {
        throw header.malformed("expected nothing after the JSON object, got more JSON");
      }
    } catch (JacksonException e) {
      throw header.malformed("expected a JSON object: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw header.malformed("expected valid UTF-8", e);
    } catch (IOException e) {
      throw header.malformed("expected readable JSON: " + e.getMessage(), e);
    }
    header.requireSeamless();
    return header;
  }

  /** Tensors in the order of the header. */
  Map<String, TensorInfo> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata == null ? Map.of() : metadata;
  }

  private void readObject(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("'" + name + "' must be a JSON object, got " + describe(parser));
      }
      if (name.equals(METADATA)) {
        readMetadata(parser);
      } else if (tensors.containsKey(name)) {
        throw malformed("tensor '" + name + "' occurs twice");
      } else {
        tensors.put(name, readTensor(parser, name));
      }
    }
  }

  private void readMetadata(JsonParser parser) throws IOException {
    if (metadata != null) {
      throw malformed("'" + METADATA + "' occurs twice");
    }
    metadata = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw malformed("metadata '" + key + "' must be a string, got " + describe(parser));
      }
      if (metadata.put(key, parser.getText()) != null) {
        throw malformed("metadata '" + key + "' occurs twice");
      }
    }
  }

  private TensorInfo readTensor(JsonParser parser, String name) throws IOException {
    SafetensorsType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      boolean repeated =
          switch (key) {
            case "dtype" -> type != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default -> throw malformed("tensor '" + name + "' has an unknown key '" + key + "'");
          };
      if (repeated) {
        throw malformed("tensor '" + name + "' has '" + key + "' twice");
      }
      switch (key) {
        case "dtype" -> type = readType(parser, name);
        case "shape" -> shape = readNumbers(parser, name, key, MAX_RANK);
        default -> offsets = readNumbers(parser, name, key, 2);
      }
    }
    if (type == null || shape == null || offsets == null) {
      String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw malformed("tensor '" + name + "' lacks '" + missing + "'");
    }
    if (offsets.size() != 2) {
      throw malformed("tensor '" + name + "' needs data_offsets [begin, end], got " + offsets);
    }
    return place(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private SafetensorsType readType(JsonParser parser, String name) throws IOException {
    SafetensorsType type =
        parser.currentToken() == JsonToken.VALUE_STRING
            ? SafetensorsType.named(parser.getText())
            : null;
    if (type == null) {
      throw malformed(
          "dtype of tensor '"
              + name
              + "' must be one of "
              + SafetensorsType.allNames()
              + ", got "
              + describe(parser));
    }
    return type;
  }

  private List<Long> readNumbers(JsonParser parser, String name, String key, int most)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw malformed(key + " of tensor '" + name + "' must be an array, got " + describe(parser));
    }
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw malformed(
            key
                + " of tensor '"
                + name
                + "' must hold integers from 0 to 2^63-1, got "
                + describe(parser));
      }
      if (numbers.size() == most) {
        throw malformed(
            key + " of tensor '" + name + "' must have at most " + most + " numbers, got more");
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private TensorInfo place(
      String name, SafetensorsType type, List<Long> shape, long begin, long end) {
    long bytes = type.bytes();
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, Math.max(size, 1));
      }
    } catch (ArithmeticException e) {
      throw malformed("tensor '" + name + "' has shape " + shape + ", too large to address", e);
    }
    if (shape.contains(0L)) {
      bytes = 0;
    }
    if (end < begin || end - begin != bytes) {
      throw malformed(
          String.format(
              "tensor '%s' of %s %s needs %d bytes, got data_offsets [%d, %d]",
              name, type, shape, bytes, begin, end));
    }
    if (end > dataLength) {
      throw malformed(
          String.format(
              "tensor '%s' ends at byte %d of the data, but the file has only %d",
              name, end, dataLength));
    }
    return new TensorInfo(name, type, shape, dataStart + begin, bytes);
  }

  /** Every data byte belongs to exactly one tensor: no overlap, no hole, nothing at the end. */
  private void requireSeamless() {
    List<TensorInfo> ordered = new ArrayList<>(tensors.values());
    ordered.sort(Comparator.comparingLong(TensorInfo::offset).thenComparing(TensorInfo::length));
    long end = dataStart;
    String previous = "the header";
    for (TensorInfo tensor : ordered) {
      if (tensor.offset() != end) {
        throw malformed(
            String.format(
                "tensor '%s' must begin at byte %d of the data where %s ends, got %d (%s)",
                tensor.name(),
                end - dataStart,
                previous,
                tensor.offset() - dataStart,
                tensor.offset() < end ? "overlap" : "hole"));
      }
      end += tensor.length();
      previous = "tensor '" + tensor.name() + "'";
    }
    if (end != dataStart + dataLength) {
      throw malformed(
          String.format(
              "the tensors need %d data bytes, but the file has %d", end - dataStart, dataLength));
    }
  }

  private static String describe(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "the end of the header";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> Quote.of(parser.getText());
    };
  }

  private CheckpointException malformed(String problem) {
    return malformed(problem, null);
  }

  private CheckpointException malformed(String problem, @Nullable Throwable cause) {
    return new CheckpointException(file + ": malformed safetensors header: " + problem, cause);
  }
}
