// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureTensors;
import org.tokenzip.testing.NoLeaks;

/**
 * Towers on pictures smaller than their own, as the reference with {@code
 * interpolate_pos_encoding}.
 */
@ExtendWith(NoLeaks.class)
class SmallPictureTowerTest {
  @ParameterizedTest
  @CsvSource({"clip, llava-1.5-tiny", "siglip, llava-onevision-tiny"})
  void positionsAreInterpolatedAsByTheReference(String tower, String folder) throws Exception {
    try (LlavaFixture fixture = LlavaFixture.open(resource("/fixtures/" + folder));
        LlavaModel model = fixture.load(DType.FP32);
        FixtureTensors expected = FixtureTensors.open(resource("/small-picture"));
        TensorScope scope = new TensorScope()) {
      for (int side = 2; side <= 3; side++) {
        long wide = 14L * side;
        Tensor pixels = Tensors.of(expected.floats("pixels." + side), 1, 3, wide, wide);
        String name = tower + "." + side;
        Parity.assertStates(name, model.tower().forward(pixels).hidden(), expected.floats(name));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llava-1.5-tiny, 56, 27", "llava-1.5-tiny, 56, 70", "llava-onevision-tiny, 60, 59"})
  void otherSizesAreRefused(String folder, int own, int side) throws Exception {
    try (LlavaFixture fixture = LlavaFixture.open(resource("/fixtures/" + folder));
        LlavaModel model = fixture.load(DType.FP32);
        TensorScope scope = new TensorScope()) {
      Tensor pixels = Tensors.of(new float[3 * side * side], 1, 3, side, side);
      assertThatThrownBy(() -> model.tower().forward(pixels))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pixels")
          .hasMessageContaining(own + ", " + own);
      Tensor flat = Tensors.of(new float[3 * 28 * 14], 1, 3, 28, 14);
      assertThatThrownBy(() -> model.tower().forward(flat))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pixels");
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(SmallPictureTowerTest.class.getResource(name).toURI());
  }
}
