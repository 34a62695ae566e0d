// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ConvNeXt towers of OpenCLIP, by the names that timm and their folders have. */
enum ConvNextVariant {
  BASE("convnext_base", List.of("base", "w-320"), new int[] {3, 3, 27, 3}, 128, 1e-6),
  LARGE("convnext_large", List.of("large", "d-320"), new int[] {3, 3, 27, 3}, 192, 1e-6),
  XXLARGE("convnext_xxlarge", List.of("xxlarge"), new int[] {3, 4, 30, 3}, 384, 1e-5);

  private static final String TOWER_FILE = "open_clip_config.json";

  private final String timmName;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
  private final List<String> inFolderName;

  @SuppressWarnings("ImmutableEnumChecker") // immutable
  private final ConvNextConfig config;

  ConvNextVariant(String timmName, List<String> inFolderName, int[] depths, int width, double eps) {
    this.timmName = timmName;
    this.inFolderName = inFolderName;
    this.config =
        new ConvNextConfig(
            Arrays.stream(depths).boxed().toList(),
            List.of(width, 2 * width, 4 * width, 8 * width),
            eps);
  }

  /**
   * The tower that {@code json} names under {@code key}: what {@code open_clip_config.json} in its
   * folder says or, without that file, the published tower of the folder's name.
   *
   * @throws CheckpointException if it is no ConvNeXt, or one that nothing is known of
   */
  static ConvNextConfig read(ConfigJson json, String key, TowerFolder folder) {
    if (!folder.lastName().contains("convnext")) {
      throw json.wrong(key, "the folder of an OpenCLIP ConvNeXt (" + supported() + ")");
    }
    if (folder.has(TOWER_FILE)) {
      return read(ConfigJson.read(folder.file(TOWER_FILE)));
    }
    for (ConvNextVariant variant : values()) {
      if (variant.inFolderName.stream().allMatch(folder.lastName()::contains)) {
        return variant.config;
      }
    }
    throw json.wrong(
        key,
        "a published tower (" + supported() + ") or a folder with " + TOWER_FILE + " in " + folder);
  }

  private static ConvNextConfig read(ConfigJson file) {
    ConfigJson tower = file.child("model_cfg").child("vision_cfg");
    ConvNextVariant variant = named(tower.string("timm_model_name"));
    if (variant == null) {
      throw tower.wrong("timm_model_name", "a supported tower (" + supported() + ")");
    }
    // As timm's own files spell other sizes of a model.
    ConfigJson sizes = tower.child("model_args");
    return new ConvNextConfig(
        stages(sizes, "depths", Limits.LAYERS, variant.config.depths()),
        stages(sizes, "dims", Limits.WIDTH, variant.config.widths()),
        variant.config.layerNormEps());
  }

  private static List<Integer> stages(
      ConfigJson json, String key, int most, List<Integer> fallback) {
    if (!json.has(key)) {
      return fallback;
    }
    List<Integer> stages = json.integers(key, 1, most);
    if (stages.size() != ConvNextConfig.STAGES) {
      throw json.wrong(key, "an array of " + ConvNextConfig.STAGES + " integers");
    }
    return stages;
  }

  private static @Nullable ConvNextVariant named(@Nullable String timmName) {
    return Arrays.stream(values())
        .filter(variant -> variant.timmName.equals(timmName))
        .findFirst()
        .orElse(null);
  }

  private static String supported() {
    return Arrays.stream(values()).map(each -> each.timmName).collect(Collectors.joining(", "));
  }
}
