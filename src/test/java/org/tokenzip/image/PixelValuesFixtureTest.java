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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
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
      PicturePreprocessor preprocessor = preprocessor(folder);
      try (FixtureTensors tensors = FixtureTensors.open(folder)) {
        for (Path file : pictures(folder)) {
          String name = "image." + file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
          for (Orientation orientation : Orientation.values()) {
            String upright = orientation == Orientation.APPLY ? ".transposed" : "";
            String stored = name + upright + ".pixel_values";
            if (tensors.has(stored)) {
              List<PixelValues> expected = expected(tensors, stored);
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
      PicturePreprocessor preprocessor,
      Path file,
      Orientation orientation,
      List<PixelValues> expected) {
    List<PixelValues> views = preprocessor.apply(ImageDecoder.decode(file, orientation)).views();
    assertThat(views).hasSameSizeAs(expected);
    for (int i = 0; i < views.size(); i++) {
      assertThat(views.get(i).channels()).isEqualTo(expected.get(i).channels());
      assertThat(views.get(i).height()).isEqualTo(expected.get(i).height());
      assertThat(views.get(i).width()).isEqualTo(expected.get(i).width());
      assertThat(views.get(i).values()).as("view %d", i).isEqualTo(expected.get(i).values());
    }
  }

  /** One entry for each view, [3, h, w] or [V, 3, h, w]. */
  private static List<PixelValues> expected(FixtureTensors tensors, String name) {
    long[] shape = tensors.shape(name);
    float[] all = tensors.floats(name);
    int height = (int) shape[shape.length - 2];
    int width = (int) shape[shape.length - 1];
    int each = 3 * height * width;
    List<PixelValues> views = new ArrayList<>();
    for (int at = 0; at < all.length; at += each) {
      views.add(new PixelValues(3, height, width, Arrays.copyOfRange(all, at, at + each)));
    }
    return views;
  }

  private static List<Path> pictures(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("images"))) {
      return files.sorted().toList();
    }
  }

  private static PicturePreprocessor preprocessor(Path folder) {
    JsonNode config = FixtureFolders.json(folder.resolve("preprocessor_config.json"));
    JsonNode pinpoints = config.path("image_grid_pinpoints");
    JsonNode size = config.get("size");
    int side = size.path("shortest_edge").asInt(size.path("width").asInt());
    if (!pinpoints.isMissingNode()) {
      List<AnyresTiles.Canvas> canvases =
          FixtureFolders.elements(pinpoints)
              .map(pair -> new AnyresTiles.Canvas(pair.get(1).asInt(), pair.get(0).asInt()))
              .toList();
      return new PicturePreprocessor(
          whole(config, new ResizeTarget.Exact(side, side), null), new AnyresTiles(canvases, side));
    }
    JsonNode crop = config.get("crop_size");
    CropSize cut = new CropSize(crop.get("width").asInt(), crop.get("height").asInt());
    return new PicturePreprocessor(whole(config, new ResizeTarget.ShortestEdge(side), cut), null);
  }

  private static ClipPreprocessing whole(
      JsonNode config, ResizeTarget resize, @Nullable CropSize crop) {
    return new ClipPreprocessing(
        resize,
        Filter.ofCode(config.get("resample").asInt()),
        crop,
        config.get("rescale_factor").asDouble(),
        doubles(config.get("image_mean")),
        doubles(config.get("image_std")));
  }

  private static List<Double> doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asDouble).toList();
  }
}
