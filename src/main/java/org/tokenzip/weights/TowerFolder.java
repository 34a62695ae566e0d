// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder that a checkpoint names as the origin of a tower, as {@code
 * model_zoo/OpenAI/clip-vit-large-patch14-336}. It is looked for inside the checkpoint's folder, as
 * written and by its last name, beside that folder, and as written from the working directory.
 *
 * @param name as the checkpoint writes it
 * @param places where it may be, the likeliest first
 */
public record TowerFolder(String name, List<Path> places) {
  public TowerFolder {
    places = List.copyOf(places);
  }

  /** Where the folder that {@code key} names may be; the key must be there. */
  static TowerFolder read(ConfigJson json, String key, Path checkpoint) {
    String name = json.string(key, "");
    try {
      Path written = Path.of(name);
      Path last = written.getFileName();
      if (last == null || name.isBlank()) {
        throw json.wrong(key, "the folder that the tower comes from");
      }
      Path inside = checkpoint.toAbsolutePath().normalize();
      return new TowerFolder(
          name,
          Stream.of(
                  checkpoint.resolve(written),
                  checkpoint.resolve(last),
                  inside.resolveSibling(last),
                  written)
              .distinct()
              .toList());
    } catch (InvalidPathException e) {
      throw json.wrong(key, "the name of a folder");
    }
  }

  /** Its name without the folders around it. */
  String lastName() {
    return String.valueOf(Path.of(name).getFileName());
  }

  /** Whether the folder is somewhere and has {@code file} in it. */
  public boolean has(String file) {
    return places.stream().anyMatch(place -> Files.isRegularFile(place.resolve(file)));
  }

  /** The file of that name, in the first of the folders that has it or else in the first. */
  public Path file(String file) {
    return places.stream()
        .map(place -> place.resolve(file))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(places.get(0).resolve(file));
  }

  /** Where it is looked for. */
  @Override
  public String toString() {
    return places.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
