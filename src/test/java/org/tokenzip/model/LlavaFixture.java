// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.LoadListener;
import org.tokenzip.weights.SafetensorsFile;

/**
 * A tiny reference checkpoint with what the reference implementation computes with it. Found in
 * {@code -Dtokenzip.fixtures.dir=DIR}, where DIR holds such folders or is one, or else among the
 * test resources.
 */
public final class LlavaFixture implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Path> REPORTED = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path pictures;
  private final JsonNode expected;
  private final SafetensorsFile tensors;

  private LlavaFixture(Path folder, Path expectations) {
    this.folder = folder;
    pictures = expectations.resolve("images");
    expected = json(expectations.resolve("expected.json"));
    tensors = SafetensorsFile.open(expectations.resolve("expected.safetensors"));
  }

  /** Folders with a checkpoint this library supports; fails if there is none. */
  public static List<Path> folders() throws IOException {
    String given = System.getProperty("tokenzip.fixtures.dir", "");
    Path root = Path.of(given.isEmpty() ? "src/test/resources/fixtures" : given);
    List<Path> supported = new ArrayList<>();
    try (Stream<Path> inside = Files.list(root)) {
      for (Path folder : Stream.concat(Stream.of(root), inside.sorted()).toList()) {
        if (isSupported(folder)) {
          supported.add(folder);
        } else if (Files.isDirectory(folder) && !folder.equals(root) && REPORTED.add(folder)) {
          System.out.println(
              "skipped " + folder + ": not a LLaVA-1.5 checkpoint with expectations");
        }
      }
    }
    assertThat(supported).as("LLaVA-1.5 checkpoints in %s", root).isNotEmpty();
    return supported;
  }

  /** Opens one of {@link #folders()}. */
  public static LlavaFixture open(Path folder) {
    JsonNode twin = json(folder.resolve("expected.json")).path("same_values_as");
    return new LlavaFixture(
        folder, twin.isMissingNode() ? folder : folder.resolveSibling(twin.asText()));
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
    return tensors.tensors().keySet().stream()
        .filter(name -> name.startsWith(prefix + ".") && name.endsWith("." + suffix))
        .map(name -> name.substring(prefix.length() + 1, name.length() - suffix.length() - 1))
        .sorted()
        .toList();
  }

  public boolean has(String tensor) {
    return tensors.tensors().containsKey(tensor);
  }

  public long[] shape(String tensor) {
    return tensors.tensors().get(tensor).dims();
  }

  public float[] floats(String tensor) {
    float[] values = new float[tensors.bytes(tensor).remaining() / Float.BYTES];
    tensors.bytes(tensor).asFloatBuffer().get(values);
    return values;
  }

  /** The expected values as a tensor of the innermost scope. */
  public Tensor tensor(String name) {
    return Tensors.of(floats(name), shape(name));
  }

  public static long[] longs(JsonNode array) {
    return elements(array).mapToLong(JsonNode::asLong).toArray();
  }

  public static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @Override
  public void close() {
    tensors.close();
  }

  private static boolean isSupported(Path folder) {
    if (!Files.isRegularFile(folder.resolve("config.json"))
        || !Files.isRegularFile(folder.resolve("expected.json"))) {
      return false;
    }
    JsonNode config = json(folder.resolve("config.json"));
    return config.path("model_type").asText().equals("llava")
        && config.at("/text_config/model_type").asText().equals("llama")
        && config.at("/vision_config/model_type").asText().equals("clip_vision_model");
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }
}
