// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Which file of a checkpoint directory holds which tensor. */
final class ShardIndex {
  static final String SINGLE_FILE = "model.safetensors";
  static final String INDEX_FILE = SINGLE_FILE + ".index.json";

  private static final Pattern SHARD_FILE = Pattern.compile("[^/\\\\\\p{Cntrl}]+\\.safetensors");

  private ShardIndex() {}

  /**
   * Opens every safetensors file of the checkpoint in {@code directory}.
   *
   * @return the open files by name; the caller closes them
   * @throws CheckpointException if a file is missing, or the index and the files disagree
   */
  static Map<String, SafetensorsFile> openShards(Path directory) {
    CheckpointDirectory.require(directory);
    Path index = directory.resolve(INDEX_FILE);
    Path single = directory.resolve(SINGLE_FILE);
    if (Files.exists(single)) {
      return new LinkedHashMap<>(Map.of(SINGLE_FILE, SafetensorsFile.open(single)));
    }
    if (!Files.exists(index)) {
      throw new CheckpointException(
          directory
              + ": expected "
              + SINGLE_FILE
              + " or "
              + INDEX_FILE
              + ", found "
              + other(directory));
    }
    return openIndexed(directory, ConfigJson.read(index).strings("weight_map"), index);
  }

  private static Map<String, SafetensorsFile> openIndexed(
      Path directory, Map<String, String> shardOf, Path index) {
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> entry : shardOf.entrySet()) {
        String file = entry.getValue();
        if (!SHARD_FILE.matcher(file).matches()) {
          throw new CheckpointException(
              String.format(
                  "%s: tensor '%s' must be in a .safetensors file beside it, got %s",
                  index, entry.getKey(), Quote.of(file)));
        }
        SafetensorsFile shard =
            shards.computeIfAbsent(file, f -> openShard(directory.resolve(f), index));
        if (!shard.tensors().containsKey(entry.getKey())) {
          throw new CheckpointException(
              String.format(
                  "%s: expected tensor '%s' in %s, found none", index, entry.getKey(), file));
        }
      }
      for (Map.Entry<String, SafetensorsFile> shard : shards.entrySet()) {
        for (String name : shard.getValue().tensors().keySet()) {
          requireListed(name, shard.getKey(), shardOf, index);
        }
      }
      return shards;
    } catch (RuntimeException e) {
      shards.values().forEach(SafetensorsFile::close);
      throw e;
    }
  }

  private static SafetensorsFile openShard(Path file, Path index) {
    if (!Files.exists(file)) {
      throw new CheckpointException(
          index + ": expected shard " + file.getFileName() + " beside it, found no such file");
    }
    return SafetensorsFile.open(file);
  }

  private static void requireListed(
      String name, String file, Map<String, String> shardOf, Path index) {
    String listed = shardOf.get(name);
    if (!file.equals(listed)) {
      throw new CheckpointException(
          String.format(
              "%s: tensor '%s' is in %s, expected it %s",
              index, name, file, listed == null ? "to be listed" : "in " + listed + " only"));
    }
  }

  private static String other(Path directory) {
    if (Files.exists(directory.resolve("pytorch_model.bin"))
        || Files.exists(directory.resolve("pytorch_model.bin.index.json"))) {
      return "only pytorch_model.bin, a pickle format this library does not read: "
          + "save the checkpoint with safe_serialization=True first";
    }
    return "neither";
  }
}
