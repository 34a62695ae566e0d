// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.tokenzip.model.Parity.assertStates;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

class VisionFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#checkpoints";

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void everyLayerAgrees(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String picture : pictures(fixture)) {
        try (TensorScope scope = new TensorScope()) {
          List<Tensor> states = model.tower().hiddenStates(pixels(fixture, picture));
          assertThat(states).hasSize(model.config().visionLayersNeeded() + 1);
          float[] all = fixture.floats("image." + picture + ".vision_hidden_states");
          int each = Math.toIntExact(states.get(0).numel());
          for (int i = 0; i < states.size(); i++) {
            float[] expected = Arrays.copyOfRange(all, i * each, (i + 1) * each);
            assertStates(picture + " state " + i, states.get(i), expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void queryKeysAndProjectionAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String picture : pictures(fixture)) {
        try (TensorScope scope = new TensorScope()) {
          VisionFeatures features = model.tower().forward(pixels(fixture, picture));
          String name = "image." + picture + ".";
          Tensor queries = fixture.tensor(name + "queries"); // [V, H, S, d]
          int first = features.hasCls() ? 1 : 0;
          if (features.hasCls()) {
            queries = queries.narrow(2, 0, 1);
          }
          assertThat(features.queries().shape()).isEqualTo(queries.shape());
          assertStates(name + "queries", features.queries(), values(queries));
          assertStates(name + "keys", features.keys(), fixture.floats(name + "keys"));
          Tensor patches = features.hidden().narrow(1, first, features.hidden().size(1) - first);
          Tensor projected = model.projector().forward(patches);
          assertStates(name + "projected", projected, fixture.floats(name + "projected"));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void aBatchGivesWhatItsPicturesGive(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32);
        TensorScope scope = new TensorScope()) {
      List<String> pictures = pictures(fixture);
      Tensor[] pixels = pictures.stream().map(name -> pixels(fixture, name)).toArray(Tensor[]::new);
      VisionFeatures batch = model.tower().forward(Tensors.concat(0, pixels));
      long view = 0;
      for (Tensor picture : pixels) {
        VisionFeatures single = model.tower().forward(picture);
        long views = single.images();
        assertStates("hidden", batch.hidden().narrow(0, view, views), values(single.hidden()));
        assertStates("query", batch.queries().narrow(0, view, views), values(single.queries()));
        assertStates("keys", batch.keys().narrow(0, view, views), values(single.keys()));
        view += views;
      }
    }
  }

  private static List<String> pictures(LlavaFixture fixture) {
    List<String> pictures = fixture.named("image", "vision_hidden_states");
    assumeFalse(pictures.isEmpty(), "this folder records no vision states");
    return pictures;
  }

  private static Tensor pixels(LlavaFixture fixture, String picture) {
    return fixture.views(picture);
  }

  private static float[] values(Tensor tensor) {
    return Tensors.toFloatArray(tensor);
  }
}
