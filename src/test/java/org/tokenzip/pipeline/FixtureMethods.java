// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tokenzip.compress.EViT;
import org.tokenzip.compress.EViTOptions;
import org.tokenzip.compress.FiCoCoV;
import org.tokenzip.compress.FiCoCoVOptions;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.RemovalSchedule;
import org.tokenzip.compress.ToMe;
import org.tokenzip.compress.ToMeOptions;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.testing.FixtureFolders;

/** The methods of the fixtures' {@code compress} records, with the parameters written there. */
final class FixtureMethods {
  private FixtureMethods() {}

  /** The method of a record; empty for one that this library does not have. */
  static Optional<TokenCompressor> of(String name, JsonNode parameters) {
    if (name.equals("none")) {
      return Optional.of(new NoCompression());
    }
    if (name.startsWith("visionzip_")) {
      return Optional.of(
          new VisionZip(
              new VisionZipOptions(
                  parameters.get("dominant").asInt(),
                  parameters.get("contextual").asInt(),
                  MergeMode.TARGET_PLUS_MEAN)));
    }
    return switch (name) {
      case "ficoco_v" -> Optional.of(new FiCoCoV(ficocoV(parameters, FiCoCoVOptions.EPSILON)));
      case "ficoco_v_eps90" -> Optional.of(new FiCoCoV(ficocoV(parameters, 0.9)));
      case "tome" ->
          Optional.of(
              new ToMe(
                  ToMeOptions.of(new RemovalSchedule(0, integers(parameters.get("removals"))))));
      case "evit" ->
          Optional.of(
              new EViT(
                  new EViTOptions(
                      integers(parameters.get("layers")),
                      parameters.get("rate").asDouble(),
                      List.of(),
                      parameters.get("fuse").asBoolean())));
      default -> Optional.empty();
    };
  }

  private static FiCoCoVOptions ficocoV(JsonNode parameters, double epsilon) {
    SortedMap<Integer, Integer> removals = new TreeMap<>();
    parameters
        .get("removals")
        .properties()
        .forEach(entry -> removals.put(Integer.valueOf(entry.getKey()), entry.getValue().asInt()));
    FiCoCoVOptions paper =
        FiCoCoVOptions.of(new RemovalSchedule(removals.firstKey(), List.copyOf(removals.values())));
    return new FiCoCoVOptions(
        paper.preset(),
        paper.lambda(),
        epsilon,
        paper.window(),
        paper.coefficient(),
        paper.schedule());
  }

  private static List<Integer> integers(JsonNode array) {
    return FixtureFolders.elements(array).map(JsonNode::asInt).toList();
  }
}
