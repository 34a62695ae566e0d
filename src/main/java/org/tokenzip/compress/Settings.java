// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hyper-parameters given as text. A method reads those it knows; what is left over afterwards is a
 * mistake. Every refusal is an {@link IllegalArgumentException} that names the parameter, what was
 * expected and what came. For one thread.
 */
public final class Settings {
  private final Map<String, String> values;
  private final Set<String> read = new HashSet<>();

  /** The given texts by name. */
  public Settings(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Nothing but defaults. */
  public static Settings none() {
    return new Settings(Map.of());
  }

  /** Whether somebody set {@code name}. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A whole number from {@code least} to {@code most}. */
  public int integer(String name, int fallback, int least, int most) {
    String text = text(name);
    return text == null ? fallback : parse(name, text, least, most);
  }

  /** Whole numbers separated by commas, each from {@code least} to {@code most}. */
  public List<Integer> integers(String name, List<Integer> fallback, int least, int most) {
    String text = text(name);
    if (text == null) {
      return fallback;
    }
    List<Integer> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      numbers.add(parse(name, part.strip(), least, most));
    }
    return List.copyOf(numbers);
  }

  /** A number from {@code least} to {@code most}. */
  public double number(String name, double fallback, double least, double most) {
    String text = text(name);
    if (text == null) {
      return fallback;
    }
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, "a number from " + least + " to " + most, text, e);
    }
    throw wrong(name, "a number from " + least + " to " + most, text, null);
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean fallback) {
    String text = text(name);
    if (text == null) {
      return fallback;
    }
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw wrong(name, "true or false", text, null);
  }

  /** One of {@code choices}, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String name, E fallback, List<E> choices) {
    String text = text(name);
    if (text == null) {
      return fallback;
    }
    return choices.stream()
        .filter(choice -> spelled(choice).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    name,
                    "one of " + String.join(", ", choices.stream().map(Settings::spelled).toList()),
                    text,
                    null));
  }

  /**
   * Refuses what nobody has read.
   *
   * @param method whose parameters these should be
   * @param known the parameters it has
   */
  void requireAllRead(String method, List<Setting> known) {
    for (String name : values.keySet()) {
      if (!read.contains(name)) {
        throw new IllegalArgumentException(
            "--set: expected "
                + (known.isEmpty()
                    ? "nothing, since " + method + " has no parameters,"
                    : "one of "
                        + String.join(", ", known.stream().map(Setting::name).toList())
                        + " for "
                        + method
                        + ",")
                + " got "
                + (name.isBlank() ? "a value without a name" : name));
      }
    }
  }

  private @Nullable String text(String name) {
    read.add(name);
    return values.get(name);
  }

  private static int parse(String name, String text, int least, int most) {
    String expected = "a whole number from " + least + " to " + most;
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, expected, text, e);
    }
    throw wrong(name, expected, text, null);
  }

  private static String spelled(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static IllegalArgumentException wrong(
      String name, String expected, String got, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "--set " + name + ": expected " + expected + ", got \"" + got + "\"", cause);
  }
}
