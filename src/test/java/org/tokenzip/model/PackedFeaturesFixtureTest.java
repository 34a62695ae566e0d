// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.tokenzip.model.Parity.assertStates;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.NoLeaks;

/** From the views of a picture to its sequence, as the reference stitches it. */
@ExtendWith(NoLeaks.class)
class PackedFeaturesFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#checkpoints";

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void sequencesAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder)) {
      List<String> pictures = fixture.named("image", "packed_features");
      assumeFalse(pictures.isEmpty(), "this folder records no packed features");
      try (LlavaModel model = fixture.load(DType.FP32)) {
        for (String picture : pictures) {
          try (TensorScope scope = new TensorScope()) {
            String name = "image." + picture + ".packed_features";
            VisualSequence sequence = fixture.sequence(model, picture);
            assertStates(name, sequence.tokens(), fixture.floats(name));
            assertThat(fixture.layout(model, picture).uncompressedTokens())
                .isEqualTo(sequence.provenance().outputTokens())
                .isEqualTo(fixture.expected("images", picture, "visual_tokens").asInt());
            assertNewlines(model, sequence);
          }
        }
      }
    }
  }

  /** Where the account says newline there is the model's embedding, and nowhere else. */
  private static void assertNewlines(LlavaModel model, VisualSequence sequence) {
    float[] newline = Tensors.toFloatArray(model.newline());
    int at = 0;
    for (OutputToken token : sequence.provenance().tokens()) {
      Tensor row = sequence.tokens().select(0, at++);
      assertThat(Arrays.equals(Tensors.toFloatArray(row), newline))
          .isEqualTo(token.kind() == Kind.NEWLINE);
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void pooledFramesOfAClipAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder)) {
      boolean recorded =
          fixture.has("video.features")
              && FixtureFolders.json(folder.resolve("config.json")).has("vision_aspect_ratio");
      assumeFalse(!recorded, "this folder records no clip");
      try (LlavaModel model = fixture.load(DType.FP32);
          TensorScope scope = new TensorScope()) {
        Tensor pixels = fixture.tensor("video.pixel_values");
        Tensor cells = model.projector().forward(model.tower().forward(pixels).hidden());
        int side = model.config().vision().gridSide();
        PooledFrames layout = new PooledFrames((int) pixels.size(0), side, model.newline());
        VisualSequence sequence =
            layout.sequence(
                cells, side, Provenance.everyPatch(layout.views(), layout.patches(), false));
        assertStates("video.features", sequence.tokens(), fixture.floats("video.features"));
        assertThat(layout.uncompressedTokens()).isEqualTo(sequence.provenance().outputTokens());
        assertNewlines(model, sequence);
      }
    }
  }
}
