// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A method as a user meets it.
 *
 * @param name what to ask for it by
 * @param description one line: what it does
 * @param paper where it was published, empty for none
 * @param actsAt where in the pipeline it acts
 * @param needs what it needs from the model
 * @param cost what it costs
 * @param settings its hyper-parameters
 * @param factory makes it
 */
public record CompressionMethod(
    String name,
    String description,
    String paper,
    String actsAt,
    String needs,
    String cost,
    List<Setting> settings,
    Factory factory) {

  /** Makes a method for a budget: its published schedule, changed by what is set. */
  public interface Factory {
    TokenCompressor make(Budget budget, Settings settings);
  }

  public CompressionMethod {
    settings = List.copyOf(settings);
  }

  /** Whether {@code name} is one of its hyper-parameters. */
  public boolean knows(String name) {
    return settings.stream().anyMatch(setting -> setting.name().equals(name));
  }

  /** Those of {@code values} that are its hyper-parameters, where several methods share a list. */
  public Settings ownOf(Map<String, String> values) {
    Map<String, String> own = new TreeMap<>(values);
    own.keySet().removeIf(name -> !knows(name));
    return new Settings(own);
  }

  /**
   * The method for a budget.
   *
   * @throws IllegalArgumentException if a setting is unknown or out of range, or the budget cannot
   *     be met
   */
  public TokenCompressor make(Budget budget, Settings values) {
    TokenCompressor compressor = factory.make(budget, values);
    values.requireAllRead(name, settings);
    return compressor;
  }
}
