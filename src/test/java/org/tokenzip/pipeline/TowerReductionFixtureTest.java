// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.testing.FixtureFolders.elements;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.EViTReduction;
import org.tokenzip.compress.FiCoCoVReduction;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.ToMeReduction;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** Methods inside the tower decide, layer by layer, as the reference does. */
@ExtendWith(NoLeaks.class)
class TowerReductionFixtureTest {
  private static final Set<String> INSIDE_TOWER =
      Set.of("ficoco_v", "ficoco_v_eps90", "tome", "evit");

  @ParameterizedTest
  @MethodSource("org.tokenzip.testing.FixtureFolders#checkpoints")
  void layersDecideAsInTheReference(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (Map.Entry<String, JsonNode> record : fixture.expected("compress").properties()) {
        if (!INSIDE_TOWER.contains(record.getKey())) {
          continue;
        }
        TokenCompressor method =
            FixtureMethods.of(record.getKey(), record.getValue()).orElseThrow();
        String name = "compress." + record.getKey();
        String picture = base(fixture, record.getValue()).get("images").get(0).asText();
        try (TensorScope scope = new TensorScope();
            TowerReduction reduction = method.insideTower(model.tower().shape())) {
          Tensor pixels = fixture.tensor("image." + picture + ".pixel_values");
          VisionFeatures features =
              model.tower().forward(pixels.dim() == 3 ? pixels.unsqueeze(0) : pixels, reduction);
          JsonNode provenance = record.getValue().get("provenance");
          checkSteps(fixture, name, reduction, provenance.path("steps"));
          try (TokenSelection selection = reduction.selection()) {
            reduction.close();
            if (provenance.has("views")) {
              for (int view = 0; view < selection.images(); view++) {
                assertThat(anchors(selection.provenance(view)))
                    .isEqualTo(ints(provenance.get("views").get(view).get("cells")));
              }
            } else {
              Tensor tokens = selection.apply(features.hidden()).squeeze(0);
              Parity.assertStates(name, tokens, fixture.floats(name + ".tower_tokens"));
              checkProvenance(selection.provenance(0), provenance);
            }
          }
        }
      }
    }
  }

  private static void checkSteps(
      LlavaFixture fixture, String name, TowerReduction reduction, JsonNode steps) {
    for (int i = 0; i < steps.size(); i++) {
      String scores = name + ".steps." + i + ".scores";
      if (reduction instanceof FiCoCoVReduction ficoco) {
        checkStep(ficoco.steps().get(i), steps.get(i));
        Parity.assertStates(scores, ficoco.steps().get(i).scores(), fixture.floats(scores));
      } else if (reduction instanceof ToMeReduction tome) {
        checkStep(tome.steps().get(i), steps.get(i));
      } else {
        EViTReduction.Step step = ((EViTReduction) reduction).steps().get(i);
        Parity.assertStates(scores, step.scores(), fixture.floats(scores));
        assertThat(step.layer()).isEqualTo(steps.get(i).get("layer").asInt());
        assertThat(Values.ints(step.kept())).isEqualTo(ints(steps.get(i).get("keep")));
        assertThat(Values.ints(step.dropped())).isEqualTo(ints(steps.get(i).get("drop")));
      }
    }
  }

  private static void checkStep(FiCoCoVReduction.Step step, JsonNode expected) {
    assertThat(step.layer()).isEqualTo(expected.get("layer").asInt());
    assertThat(Values.ints(step.removed())).isEqualTo(ints(expected.get("drop")));
    assertThat(Values.ints(step.kept())).isEqualTo(ints(expected.get("keep")));
    assertThat(Values.ints(step.cells())).isEqualTo(ints(expected.get("cells")));
    int most = (int) step.targets().size(2);
    int[] targets = Values.ints(step.targets());
    for (int r = 0; r < expected.get("drop").size(); r++) {
      int[] wanted = ints(expected.get("target").get(r));
      for (int k = 0; k < most; k++) {
        assertThat(targets[r * most + k]).isEqualTo(k < wanted.length ? wanted[k] : -1);
      }
    }
  }

  private static void checkStep(ToMeReduction.Step step, JsonNode expected) {
    assertThat(step.layer()).isEqualTo(expected.get("layer").asInt());
    assertThat(Values.ints(step.sources())).isEqualTo(ints(expected.get("src")));
    assertThat(Values.ints(step.targets())).isEqualTo(ints(expected.get("dst")));
    assertThat(Values.ints(step.survivors())).isEqualTo(ints(expected.get("unm")));
    assertThat(Values.ints(step.anchors())).isEqualTo(ints(expected.get("anchors")));
    assertThat(Values.ints(step.sizes())).isEqualTo(ints(expected.get("sizes")));
  }

  /** Against what the steps of the record come to, followed patch by patch. */
  private static void checkProvenance(Provenance provenance, JsonNode expected) {
    if (expected.has("sizes")) { // ToMe
      assertThat(anchors(provenance)).isEqualTo(ints(expected.get("cells")));
      assertThat(provenance.tokens().stream().mapToInt(t -> 1 + t.sources().length).toArray())
          .isEqualTo(ints(expected.get("sizes")));
    } else if (expected.has("cells")) { // FiCoCo-V
      assertThat(anchors(provenance)).isEqualTo(ints(expected.get("cells")));
      Map<Integer, SortedSet<Integer>> received = followed(expected.get("steps"));
      for (OutputToken token : provenance.tokens()) {
        assertThat(token.sources())
            .containsExactly(
                received.get(token.anchor()).stream().mapToInt(Integer::intValue).toArray());
        assertThat(token.kind()).isEqualTo(token.sources().length == 0 ? Kind.KEPT : Kind.MERGED);
      }
    } else { // EViT
      assertThat(provenance.keptPatches()).isEqualTo(keptOf(expected.get("steps")));
      List<OutputToken> fused =
          provenance.tokens().stream().filter(t -> t.kind() == Kind.FUSED).toList();
      int last = provenance.outputTokens() - 1;
      assertThat(fused).contains(provenance.tokens().get(last));
      assertThat(
              fused.stream().mapToInt(t -> t.sources().length).sum()
                  + provenance.keptPatches().length)
          .isEqualTo(16);
    }
  }

  private static Map<Integer, SortedSet<Integer>> followed(JsonNode steps) {
    int[] cells = IntStream.range(0, 16).toArray();
    Map<Integer, SortedSet<Integer>> received = new TreeMap<>();
    for (int cell : cells) {
      received.put(cell, new TreeSet<>());
    }
    for (JsonNode step : steps) {
      int[] left = ints(step.get("cells"));
      int[] drop = ints(step.get("drop"));
      for (int r = 0; r < drop.length; r++) {
        int gone = cells[drop[r]];
        for (int target : ints(step.get("target").get(r))) {
          received.get(left[target]).add(gone);
          received.get(left[target]).addAll(received.get(gone));
        }
      }
      cells = left;
    }
    return received;
  }

  private static int[] keptOf(JsonNode steps) {
    List<Integer> live = IntStream.range(0, 16).boxed().collect(Collectors.toList());
    for (JsonNode step : steps) {
      List<Integer> next = new ArrayList<>();
      for (int place : ints(step.get("keep"))) {
        next.add(live.get(place));
      }
      next.add(-1); // the fused token
      live = next;
    }
    return live.stream().mapToInt(Integer::intValue).filter(patch -> patch >= 0).toArray();
  }

  private static int[] anchors(Provenance provenance) {
    return provenance.tokens().stream().mapToInt(OutputToken::anchor).toArray();
  }

  private static int[] ints(JsonNode array) {
    return elements(array).mapToInt(JsonNode::asInt).toArray();
  }

  private static JsonNode base(LlavaFixture fixture, JsonNode method) {
    return fixture.expected("cases", method.get("base_case").asText());
  }
}
