// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
  List<DynamicTest> resizesLikePil() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : FixtureFolders.resampling()) {
      FixtureTensors tensors = FixtureTensors.read(folder.resolve("expected.safetensors"));
      for (JsonNode resize : FixtureFolders.json(folder.resolve("expected.json")).get("cases")) {
        tests.add(dynamicTest(resize.get("output").asText(), () -> check(tensors, resize)));
      }
    }
    assertThat(tests).as("resampling cases").isNotEmpty();
    return tests;
  }

  private static void check(FixtureTensors tensors, JsonNode resize) {
    RgbImage input = picture(tensors, resize.get("input").asText());
    Filter filter = Filter.valueOf(resize.get("filter").asText().toUpperCase(Locale.ROOT));
    RgbImage output =
        PilResampler.resize(
            input, resize.get("width").asInt(), resize.get("height").asInt(), filter);
    assertThat(output.rgb()).isEqualTo(picture(tensors, resize.get("output").asText()).rgb());
  }

  /** Grey pictures have no channel axis. */
  private static RgbImage picture(FixtureTensors tensors, String name) {
    int[] shape = tensors.shape(name);
    byte[] bytes = tensors.bytes(name);
    int channels = shape.length == 3 ? 3 : 1;
    byte[] rgb = new byte[3 * shape[0] * shape[1]];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = bytes[channels == 3 ? i : i / 3];
    }
    return new RgbImage(shape[1], shape[0], rgb);
  }
}
