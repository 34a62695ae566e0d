// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a checkpoint's configuration, read with checks. A key whose value is null counts
 * as absent, as it does for the programs that write these files.
 */
final class ConfigJson {
  private static final long MAX_BYTES = 64 << 20;
  private static final int MAX_PAIRS = 1024;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String file;
  private final String prefix;
  private final ObjectNode node;

  private ConfigJson(String file, String prefix, ObjectNode node) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
  }

  /** Reads a file that must be there. */
  static ConfigJson read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + ": expected a JSON file, found none");
    }
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CheckpointException(
            file + ": expected at most " + MAX_BYTES + " bytes of JSON, got " + size);
      }
      return parse(file.toString(), Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file + ": expected JSON in UTF-8, got other bytes", e);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /** Reads a file that may be absent; then the object is empty. */
  static ConfigJson readIfPresent(Path file) {
    return Files.exists(file)
        ? read(file)
        : new ConfigJson(file.toString(), "", MAPPER.createObjectNode());
  }

  /** Parses {@code text}; {@code file} is named in messages. */
  static ConfigJson parse(String file, String text) {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        return new ConfigJson(file, "", object);
      }
    } catch (JacksonException e) {
      throw new CheckpointException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
    throw new CheckpointException(file + ": expected a JSON object, got " + Quote.of(text.strip()));
  }

  /** Whether the key has a value other than null. */
  boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** Whether the file mentions the key, be it with null. */
  boolean states(String key) {
    return node.has(key);
  }

  /** The object under {@code key}; empty if absent. */
  ConfigJson child(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return new ConfigJson(file, prefix + key + ".", MAPPER.createObjectNode());
    }
    if (value instanceof ObjectNode object) {
      return new ConfigJson(file, prefix + key + ".", object);
    }
    throw wrong(key, "an object");
  }

  /** An integer from {@code least} to {@code most}; null if absent. */
  @Nullable Integer integer(String key, int least, int most) {
    JsonNode value = value(key);
    if (value == null) {
      return null;
    }
    return inRange(value, least, most, key, "");
  }

  int integer(String key, int least, int most, int fallback) {
    Integer value = integer(key, least, most);
    return value == null ? fallback : value;
  }

  /** A single integer or an array of them; empty if absent. */
  List<Integer> integers(String key, int least, int most) {
    JsonNode value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(inRange(value, least, most, key, " or an array of them"));
    }
    return StreamSupport.stream(value.spliterator(), false)
        .map(element -> inRange(element, least, most, key, " or an array of them"))
        .toList();
  }

  /** An array of pairs of integers, at least one; it must be there. */
  List<List<Integer>> pairs(String key, int least, int most) {
    JsonNode value = value(key);
    String expected = "an array of 1 to " + MAX_PAIRS + " pairs of integers";
    if (value == null || !value.isArray() || value.isEmpty() || value.size() > MAX_PAIRS) {
      throw wrong(key, expected);
    }
    List<List<Integer>> pairs = new ArrayList<>();
    for (JsonNode pair : value) {
      if (!pair.isArray() || pair.size() != 2) {
        throw wrong(key, expected);
      }
      pairs.add(
          List.of(
              inRange(pair.get(0), least, most, key, " in every pair"),
              inRange(pair.get(1), least, most, key, " in every pair")));
    }
    return pairs;
  }

  /** A finite number from {@code least} to {@code most}. */
  double number(String key, double least, double most, double fallback) {
    JsonNode value = value(key);
    return value == null ? fallback : inRange(value, least, most, key);
  }

  /** An array of exactly {@code count} numbers; null if absent. */
  @Nullable List<Double> numbers(String key, double least, double most, int count) {
    JsonNode value = value(key);
    if (value == null) {
      return null;
    }
    if (!value.isArray() || value.size() != count) {
      throw wrong(key, "an array of " + count + " numbers");
    }
    return StreamSupport.stream(value.spliterator(), false)
        .map(element -> inRange(element, least, most, key))
        .toList();
  }

  boolean bool(String key, boolean fallback) {
    JsonNode value = value(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      throw wrong(key, "true or false");
    }
    return value.booleanValue();
  }

  /** A string; null if absent. */
  @Nullable String string(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(key, "a string");
    }
    return value.textValue();
  }

  String string(String key, String fallback) {
    String value = string(key);
    return value == null ? fallback : value;
  }

  /** One of {@code choices}. */
  String choice(String key, List<String> choices, String fallback) {
    String value = string(key, fallback);
    if (!choices.contains(value)) {
      throw wrong(key, "one of " + String.join(", ", choices));
    }
    return value;
  }

  /** Whether the value of {@code key} is an object. */
  boolean isObject(String key) {
    return value(key) instanceof ObjectNode;
  }

  /** An array of strings; empty if absent. */
  List<String> stringList(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(element -> strings.add(element.isTextual() ? element.textValue() : ""));
    }
    if (!value.isArray() || strings.contains("")) {
      throw wrong(key, "an array of strings");
    }
    return strings;
  }

  /** The keys of the object, in the file's order. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** An object whose values are all strings; it must be there. */
  Map<String, String> strings(String key) {
    if (!has(key)) {
      throw wrong(key, "an object");
    }
    ConfigJson child = child(key);
    Map<String, String> strings = new LinkedHashMap<>();
    for (String name : child.keys()) {
      strings.put(name, child.string(name, ""));
    }
    return strings;
  }

  /** Refuses the file if {@code key} has a value other than null. */
  void refuse(String key, String because) {
    if (has(key)) {
      throw wrong(key, "absent, since " + because);
    }
  }

  /** The complaint that the value of {@code key} is not what it must be. */
  CheckpointException wrong(String key, String expected) {
    JsonNode value = value(key);
    return new CheckpointException(
        String.format(
            "%s: '%s%s' must be %s, got %s",
            file, prefix, key, expected, value == null ? "nothing" : Quote.of(value.toString())));
  }

  private @Nullable JsonNode value(String key) {
    return has(key) ? node.get(key) : null;
  }

  private int inRange(JsonNode value, int least, int most, String key, String orMore) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(key, "an integer from " + least + " to " + most + orMore);
    }
    return value.intValue();
  }

  private double inRange(JsonNode value, double least, double most, String key) {
    // Written so that NaN fails as well.
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw wrong(key, "a number from " + least + " to " + most);
    }
    return value.doubleValue();
  }
}
