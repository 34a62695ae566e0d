// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tokenzip.compress.CDPruner;
import org.tokenzip.compress.CDPrunerOptions;
import org.tokenzip.compress.DecoderRemovals;
import org.tokenzip.compress.DivPrune;
import org.tokenzip.compress.DivPruneOptions;
import org.tokenzip.compress.EViT;
import org.tokenzip.compress.EViTOptions;
import org.tokenzip.compress.FastV;
import org.tokenzip.compress.FastVOptions;
import org.tokenzip.compress.FiCoCoL;
import org.tokenzip.compress.FiCoCoLOptions;
import org.tokenzip.compress.FiCoCoV;
import org.tokenzip.compress.FiCoCoVL;
import org.tokenzip.compress.FiCoCoVOptions;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.PPLLaVA;
import org.tokenzip.compress.PPLLaVAOptions;
import org.tokenzip.compress.PositionPolicy;
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
      case "ficoco_v" ->
          Optional.of(new FiCoCoV(ficocoV(parameters.get("removals"), FiCoCoVOptions.EPSILON)));
      case "ficoco_v_eps90" -> Optional.of(new FiCoCoV(ficocoV(parameters.get("removals"), 0.9)));
      case "ficoco_l", "ficoco_l_original" ->
          Optional.of(new FiCoCoL(ficocoL(parameters.get("removals"), parameters)));
      case "ficoco_vl" ->
          Optional.of(
              new FiCoCoVL(
                  ficocoV(parameters.get("removals_tower"), FiCoCoVOptions.EPSILON),
                  ficocoL(parameters.get("removals_decoder"), parameters)));
      case "fastv", "fastv_packed", "fastv_k3_r100" ->
          Optional.of(
              new FastV(
                  new FastVOptions(
                      parameters.get("K").asInt(),
                      parameters.get("R").asDouble(),
                      policy(parameters))));
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
      case "divprune" ->
          Optional.of(
              new DivPrune(
                  parameters.has("ratio")
                      ? DivPruneOptions.ofShare(parameters.get("ratio").asDouble())
                      : DivPruneOptions.ofKeep(parameters.get("m").asInt())));
      case "cdpruner", "cdpruner_long_question" ->
          Optional.of(new CDPruner(CDPrunerOptions.forBudget(parameters.get("m").asInt())));
      case "ppllava" -> Optional.of(new PPLLaVA(windows(parameters)));
      default -> Optional.empty();
    };
  }

  private static FiCoCoVOptions ficocoV(JsonNode removals, double epsilon) {
    SortedMap<Integer, Integer> ofLayer = ofLayer(removals);
    FiCoCoVOptions paper =
        FiCoCoVOptions.of(new RemovalSchedule(ofLayer.firstKey(), List.copyOf(ofLayer.values())));
    return new FiCoCoVOptions(
        paper.preset(),
        paper.lambda(),
        epsilon,
        paper.window(),
        paper.coefficient(),
        paper.schedule());
  }

  private static FiCoCoLOptions ficocoL(JsonNode removals, JsonNode parameters) {
    SortedMap<Integer, Integer> ofLayer = ofLayer(removals);
    return FiCoCoLOptions.of(ofLayer.firstKey(), DecoderRemovals.of(List.copyOf(ofLayer.values())))
        .withPositions(policy(parameters));
  }

  private static SortedMap<Integer, Integer> ofLayer(JsonNode removals) {
    SortedMap<Integer, Integer> ofLayer = new TreeMap<>();
    removals
        .properties()
        .forEach(entry -> ofLayer.put(Integer.valueOf(entry.getKey()), entry.getValue().asInt()));
    return ofLayer;
  }

  private static PositionPolicy policy(JsonNode parameters) {
    return PositionPolicy.valueOf(
        parameters.get("position_policy").asText().toUpperCase(Locale.ROOT));
  }

  private static List<Integer> integers(JsonNode array) {
    return FixtureFolders.elements(array).map(JsonNode::asInt).toList();
  }

  private static PPLLaVAOptions windows(JsonNode parameters) {
    assertThat(parameters.get("stride")).isEqualTo(parameters.get("kernel"));
    JsonNode kernel = parameters.get("kernel");
    return PPLLaVAOptions.tiles(kernel.get(0).asInt(), kernel.get(1).asInt(), kernel.get(2).asInt())
        .withTemperature((float) parameters.get("temp").asDouble());
  }
}
