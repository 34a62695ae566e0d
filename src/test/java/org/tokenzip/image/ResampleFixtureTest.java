// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.FixtureTensors;

/** Every byte of every resized picture equals PIL's. */
class ResampleFixtureTest {
  @TestFactory
  List<DynamicTest> resizesLikePil() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : FixtureFolders.resampling()) {
      try (FixtureTensors tensors = FixtureTensors.open(folder)) {
        for (JsonNode resize : FixtureFolders.expected(folder).get("cases")) {
          RgbImage input = picture(tensors, resize.get("input").asText());
          RgbImage output = picture(tensors, resize.get("output").asText());
          tests.add(dynamicTest(resize.get("output").asText(), () -> check(input, resize, output)));
        }
      }
    }
    assertThat(tests).as("resampling cases").isNotEmpty();
    return tests;
  }

  private static void check(RgbImage input, JsonNode resize, RgbImage expected) {
    Filter filter = Filter.valueOf(resize.get("filter").asText().toUpperCase(Locale.ROOT));
    RgbImage output =
        PilResampler.resize(
            input, resize.get("width").asInt(), resize.get("height").asInt(), filter);
    assertThat(output).isEqualTo(expected);
  }

  /** Grey pictures have no channel axis. */
  private static RgbImage picture(FixtureTensors tensors, String name) {
    long[] shape = tensors.shape(name);
    int height = (int) shape[0];
    int width = (int) shape[1];
    byte[] bytes = tensors.bytes(name);
    int channels = shape.length == 3 ? 3 : 1;
    byte[] rgb = new byte[3 * height * width];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = bytes[channels == 3 ? i : i / 3];
    }
    return new RgbImage(width, height, rgb);
  }
}
