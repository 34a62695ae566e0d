// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How pictures of any resolution are cut into crops.
 *
 * @param resolutions that a picture may be fitted into, whole multiples of the tower's side
 * @param maxTiles crops whose patches a picture has at most: where a stitched map is larger it is
 *     scaled down; null for no bound
 */
public record AnyresConfig(List<Resolution> resolutions, @Nullable Integer maxTiles) {
  private static final String KEY = "image_grid_pinpoints";
  private static final Pattern BOUND = Pattern.compile("anyres_max_([1-9][0-9]{0,4})");
  private static final int DEFAULT_BOUND = 9;

  public AnyresConfig {
    resolutions = List.copyOf(resolutions);
  }

  /** Reads what {@code family} needs; null for one that looks at a single view. */
  static @Nullable AnyresConfig read(ConfigJson json, ModelFamily family, int side) {
    return switch (family) {
      case LLAVA, VIDEO_LLAVA, MINI_GEMINI -> null;
      case LLAVA_NEXT ->
          new AnyresConfig(resolutions(json, side, List.of(1, 2, 2, 1, 2, 2, 3, 1, 1, 3)), null);
      case LLAVA_ONEVISION -> new AnyresConfig(resolutions(json, side, everyGrid(6)), bound(json));
    };
  }

  /** The sizes that {@code json} lists as (height, width); null if it lists none. */
  static @Nullable List<Resolution> listed(ConfigJson json) {
    return json.has(KEY)
        ? json.pairs(KEY, 1, Limits.IMAGE_SIDE).stream()
            .map(pair -> new Resolution(pair.get(1), pair.get(0)))
            .toList()
        : null;
  }

  /** What is listed or else {@code grids}, pairs of crops in a column and in a row. */
  private static List<Resolution> resolutions(ConfigJson json, int side, List<Integer> grids) {
    List<Resolution> listed = listed(json);
    if (listed == null) {
      List<Resolution> sizes = new ArrayList<>();
      for (int i = 0; i < grids.size(); i += 2) {
        sizes.add(new Resolution(grids.get(i + 1) * side, grids.get(i) * side));
      }
      return sizes;
    }
    for (Resolution size : listed) {
      if (size.width() % side != 0 || size.height() % side != 0) {
        throw json.wrong(KEY, "multiples of the vision tower's " + side + " pixels");
      }
    }
    return listed;
  }

  private static List<Integer> everyGrid(int most) {
    List<Integer> grids = new ArrayList<>();
    for (int rows = 1; rows <= most; rows++) {
      for (int columns = 1; columns <= most; columns++) {
        grids.add(rows);
        grids.add(columns);
      }
    }
    return grids;
  }

  private static int bound(ConfigJson json) {
    Matcher matcher =
        BOUND.matcher(json.string("vision_aspect_ratio", "anyres_max_" + DEFAULT_BOUND));
    if (!matcher.matches()) {
      throw json.wrong("vision_aspect_ratio", "anyres_max_ and a number");
    }
    return Integer.parseInt(matcher.group(1));
  }
}
