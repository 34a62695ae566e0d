// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.FixtureTensors;

/** From a picture file to the tower's input, bit for bit. */
class PixelValuesFixtureTest {
  @TestFactory
  List<DynamicTest> preprocessesLikeTheReference() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : FixtureFolders.pixelValues()) {
      ClipPreprocessor preprocessor = preprocessor(folder);
      try (FixtureTensors tensors = FixtureTensors.open(folder)) {
        for (Path file : pictures(folder)) {
          String name = "image." + file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
          for (Orientation orientation : Orientation.values()) {
            String upright = orientation == Orientation.APPLY ? ".transposed" : "";
            String stored = name + upright + ".pixel_values";
            if (tensors.has(stored)) {
              PixelValues expected = expected(tensors, stored);
              tests.add(
                  dynamicTest(
                      folder.getFileName() + " " + stored,
                      () -> check(preprocessor, file, orientation, expected)));
            }
          }
        }
      }
    }
    assertThat(tests).as("pictures with expected pixel values").isNotEmpty();
    return tests;
  }

  private static void check(
      ClipPreprocessor preprocessor, Path file, Orientation orientation, PixelValues expected) {
    PixelValues pixels = preprocessor.apply(ImageDecoder.decode(file, orientation));
    assertThat(pixels.channels()).isEqualTo(expected.channels());
    assertThat(pixels.height()).isEqualTo(expected.height());
    assertThat(pixels.width()).isEqualTo(expected.width());
    assertThat(pixels.values()).isEqualTo(expected.values());
  }

  private static PixelValues expected(FixtureTensors tensors, String name) {
    long[] shape = tensors.shape(name);
    return new PixelValues((int) shape[0], (int) shape[1], (int) shape[2], tensors.floats(name));
  }

  private static List<Path> pictures(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("images"))) {
      return files.sorted().toList();
    }
  }

  private static ClipPreprocessor preprocessor(Path folder) {
    JsonNode config = FixtureFolders.json(folder.resolve("preprocessor_config.json"));
    JsonNode crop = config.get("crop_size");
    return new ClipPreprocessor(
        new ClipPreprocessing(
            new ResizeTarget.ShortestEdge(config.get("size").get("shortest_edge").asInt()),
            Filter.ofCode(config.get("resample").asInt()),
            new CropSize(crop.get("width").asInt(), crop.get("height").asInt()),
            config.get("rescale_factor").asDouble(),
            doubles(config.get("image_mean")),
            doubles(config.get("image_std"))));
  }

  private static List<Double> doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asDouble).toList();
  }
}
