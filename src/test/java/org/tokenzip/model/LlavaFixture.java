// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisualBatch;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.FixtureTensors;
import org.tokenzip.weights.LoadListener;

/** A tiny reference checkpoint with what the reference implementation computes with it. */
public final class LlavaFixture implements AutoCloseable {
  private final Path folder;
  private final Path pictures;
  private final JsonNode expected;
  private final FixtureTensors tensors;

  private LlavaFixture(Path folder, Path expectations) {
    this.folder = folder;
    pictures = expectations.resolve("images");
    expected = FixtureFolders.expected(expectations);
    tensors = FixtureTensors.open(expectations);
  }

  /** Opens one of {@link FixtureFolders#checkpoints()}. */
  public static LlavaFixture open(Path folder) {
    return new LlavaFixture(folder, FixtureFolders.expectations(folder));
  }

  public LlavaModel load(DType dtype) {
    return LlavaModel.load(folder, Device.CPU, dtype, LoadListener.NONE);
  }

  /** The record at {@code path}, for example {@code cases}, {@code single}. */
  public JsonNode expected(String... path) {
    JsonNode node = expected;
    for (String name : path) {
      node = node.path(name);
    }
    return node;
  }

  /** The picture file that the fixture calls {@code name}. */
  public Path picture(String name) {
    return pictures.resolve(name + ".png");
  }

  /** Every {@code name} for which there is a tensor {@code prefix.name.suffix}. */
  public List<String> named(String prefix, String suffix) {
    return tensors.names().stream()
        .filter(name -> name.startsWith(prefix + ".") && name.endsWith("." + suffix))
        .map(name -> name.substring(prefix.length() + 1, name.length() - suffix.length() - 1))
        .sorted()
        .toList();
  }

  public boolean has(String tensor) {
    return tensors.has(tensor);
  }

  public float[] floats(String tensor) {
    return tensors.floats(tensor);
  }

  /** The expected values as a tensor of the innermost scope. */
  public Tensor tensor(String name) {
    return Tensors.of(tensors.floats(name), tensors.shape(name));
  }

  /** The expected pixel values of a picture's views [V, 3, h, w]. */
  public Tensor views(String picture) {
    Tensor pixels = tensor("image." + picture + ".pixel_values");
    return pixels.dim() == 3 ? pixels.unsqueeze(0) : pixels;
  }

  /** What {@code model} makes of a picture's expected pixel values, uncompressed. */
  public VisualSequence sequence(LlavaModel model, String picture) {
    VisionFeatures features = model.tower().forward(views(picture));
    VisualBatch.Picture whole = new VisualBatch.Picture(0, layout(model, picture), null);
    return new NoCompression()
        .betweenTowerAndDecoder(
            new VisualBatch(features, null, List.of(whole), model.projector()::forward))
        .get(0);
  }

  /** How the views of a picture are arranged. */
  public PictureLayout layout(LlavaModel model, String picture) {
    int side = model.config().vision().gridSide();
    JsonNode record = expected("images", picture);
    if (model.newline() == null) {
      return new SingleView(side);
    }
    int pixels = model.config().vision().imageSize();
    return new AnyresLayout(
        side,
        record.at("/best_resolution_hw/1").asInt() / pixels,
        record.at("/best_resolution_hw/0").asInt() / pixels,
        record.get("width").asInt(),
        record.get("height").asInt(),
        model.config().anyres().maxTiles(),
        model.newline());
  }

  @Override
  public void close() {
    tensors.close();
  }
}
