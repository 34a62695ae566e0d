// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;

/**
 * The parameters of one checkpoint directory under canonical names, whichever of the published name
 * layouts the files use and however many shards they are in.
 *
 * <p>Tensors taken in their stored type on the CPU are views of the mapped files: keep the
 * checkpoint open for as long as they are used. Not thread-safe.
 */
public final class CheckpointWeights implements AutoCloseable {
  private static final int NAMES_IN_MESSAGE = 5;

  /** The weights of an OpenCLIP model in its folder. */
  private static final String OPEN_CLIP_FILE = "open_clip_model.safetensors";

  private final Path directory;
  private final LoadListener listener;
  private final Map<String, SafetensorsFile> shards;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private long totalBytes;
  private long loadedBytes;

  private record Entry(SafetensorsFile file, TensorInfo tensor) {}

  private CheckpointWeights(
      Path directory, Map<String, SafetensorsFile> shards, LoadListener listener) {
    this.directory = directory;
    this.shards = shards;
    this.listener = listener;
    shards.values().forEach(this::addAll);
    totalBytes = entries.keySet().stream().mapToLong(this::storedBytes).sum();
  }

  /**
   * Opens {@code model.safetensors}, or the shards of {@code model.safetensors.index.json}, and
   * checks all headers; loads no tensor yet.
   *
   * @throws CheckpointException if a file is missing or malformed, the index and the shards
   *     disagree or two tensors stand for the same parameter
   */
  public static CheckpointWeights open(Path directory, LoadListener listener) {
    Map<String, SafetensorsFile> shards = ShardIndex.openShards(directory);
    try {
      return new CheckpointWeights(directory, shards, listener);
    } catch (RuntimeException e) {
      shards.values().forEach(SafetensorsFile::close);
      throw e;
    }
  }

  /**
   * As {@link #open(Path, LoadListener)}. Towers that {@code config} names folders for may lie
   * there, wholly or in part; what the checkpoint itself holds comes first.
   *
   * @throws CheckpointException also if a tower is in neither place
   */
  public static CheckpointWeights open(Path directory, LlavaConfig config, LoadListener listener) {
    CheckpointWeights weights = open(directory, listener);
    HighResolutionConfig highResolution = config.highResolution();
    if (highResolution == null) {
      return weights;
    }
    try {
      Set<String> needed = LlavaParameters.of(config, false).required().keySet();
      weights.addTower(
          LlavaParameters.TOWER, highResolution.visionFolder(), ShardIndex.SINGLE_FILE, needed);
      weights.addTower(
          LlavaParameters.AUX_TOWER, highResolution.towerFolder(), OPEN_CLIP_FILE, needed);
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void addTower(String prefix, TowerFolder folder, String fileName, Set<String> needed) {
    List<String> missing =
        needed.stream().filter(name -> name.startsWith(prefix) && !has(name)).sorted().toList();
    if (missing.isEmpty()) {
      return;
    }
    if (!folder.has(fileName)) {
      throw new CheckpointException(
          String.format(
              "%s: expected the tower '%s' in the checkpoint or as %s in one of %s, found neither;"
                  + " the checkpoint lacks %d of its tensors: %s",
              directory, folder.name(), fileName, folder, missing.size(), listing(missing)));
    }
    Path path = folder.file(fileName);
    SafetensorsFile file = SafetensorsFile.open(path);
    shards.put(path.toString(), file);
    for (TensorInfo tensor : file.tensors().values()) {
      String name = TensorNames.inTowerFolder(tensor.name(), prefix);
      if (name != null && !TensorNames.isBuffer(name)) {
        entries.putIfAbsent(name, new Entry(file, tensor));
      }
    }
  }

  /** Whether the checkpoint holds the parameter of this canonical name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * Compares names and shapes of the whole checkpoint with what a model needs, before anything is
   * loaded.
   *
   * @throws CheckpointException naming the parameters that are missing, those that have another
   *     shape or those that the model's configuration does not account for
   */
  public void require(LlavaParameters parameters) {
    require(parameters.required(), parameters.optional(), parameters.unused());
  }

  /** As {@link #require(LlavaParameters)}. */
  public void require(DualTowerParameters parameters) {
    require(parameters.required(), Map.of(), parameters.unused());
  }

  private void require(
      Map<String, List<Long>> required,
      Map<String, List<Long>> optional,
      Map<String, List<Long>> unused) {
    Set<String> missing = new TreeSet<>(required.keySet());
    missing.removeAll(entries.keySet());
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          String.format(
              "%s: expected %d tensors, the checkpoint lacks %d of them: %s",
              directory, required.size(), missing.size(), listing(missing)));
    }
    Set<String> surplus = new TreeSet<>(entries.keySet());
    surplus.removeAll(required.keySet());
    surplus.removeAll(optional.keySet());
    surplus.removeAll(unused.keySet());
    if (!surplus.isEmpty()) {
      throw new CheckpointException(
          String.format(
              "%s: expected only tensors that config.json accounts for, got %d more: %s",
              directory, surplus.size(), listing(surplus)));
    }
    required.forEach(this::requireShape);
    optional.forEach(this::requireShape);
    totalBytes =
        Stream.concat(required.keySet().stream(), optional.keySet().stream())
            .mapToLong(this::storedBytes)
            .sum();
  }

  /**
   * Loads one parameter.
   *
   * @param name canonical
   * @param shape it must have
   * @return a tensor that belongs to the caller; a view of this checkpoint's file if {@code dtype}
   *     is the stored type and {@code device} is the CPU, a copy otherwise
   * @throws CheckpointException if the parameter is missing, has another shape, is not of a
   *     floating-point type this library computes in, or holds a value that is NaN, infinite or too
   *     large for {@code dtype}
   */
  public Tensor take(String name, DType dtype, Device device, long... shape) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new CheckpointException(
          String.format(
              "%s: expected tensor '%s' of shape %s, found none among %d tensors",
              directory, name, Arrays.toString(shape), entries.size()));
    }
    requireShape(name, Arrays.stream(shape).boxed().toList());
    Tensor tensor = TensorLoader.load(entry.file, entry.tensor, dtype, device);
    if (taken.add(name)) {
      loadedBytes += entry.tensor.length();
    }
    try {
      listener.loaded(new LoadListener.Progress(entry.file.path(), name, loadedBytes, totalBytes));
      return tensor;
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  /** Closes the files. Idempotent. Tensors that are views of them must not be used any more. */
  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }

  private void requireShape(String name, List<Long> shape) {
    Entry entry = entries.get(name);
    if (entry != null && !entry.tensor.shape().equals(shape)) {
      throw new CheckpointException(
          String.format(
              "%s: tensor '%s' must have shape %s, got %s",
              entry.file.path(), entry.tensor.name(), shape, entry.tensor.shape()));
    }
  }

  private long storedBytes(String name) {
    Entry entry = entries.get(name);
    return entry == null ? 0 : entry.tensor.length();
  }

  private void addAll(SafetensorsFile file) {
    for (TensorInfo tensor : file.tensors().values()) {
      String name = TensorNames.canonical(tensor.name());
      if (TensorNames.isBuffer(name)) {
        continue;
      }
      Entry other = entries.put(name, new Entry(file, tensor));
      if (other != null) {
        throw new CheckpointException(
            String.format(
                "%s: '%s' in %s and '%s' in %s are the same parameter, expected it once",
                directory,
                other.tensor.name(),
                other.file.path().getFileName(),
                tensor.name(),
                file.path().getFileName()));
      }
    }
  }

  private static String listing(Collection<String> names) {
    List<String> shown = new ArrayList<>();
    names.stream().limit(NAMES_IN_MESSAGE).forEach(name -> shown.add("'" + name + "'"));
    int rest = names.size() - shown.size();
    return String.join(", ", shown) + (rest > 0 ? " and " + rest + " more" : "");
  }
}
