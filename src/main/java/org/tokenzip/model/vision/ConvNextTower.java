// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.model.nn.Conv2d;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.ConvNextConfig;

/**
 * A ConvNeXt (arXiv 2201.03545) without its head, in the form that OpenCLIP's have: four stages
 * behind a stem of 4 by 4 pixels. Safe for concurrent use; borrows its parameters from the model.
 */
public final class ConvNextTower {
  private final DType dtype;
  private final Device device;
  private final Conv2d stem;
  private final LayerNorm stemNorm;
  private final List<ConvNextStage> stages = new ArrayList<>();

  /** Loads a tower whose parameters' names begin with {@code prefix}. */
  public ConvNextTower(ConvNextConfig config, Parameters parameters, String prefix) {
    dtype = parameters.dtype();
    device = parameters.device();
    int width = config.widths().get(0);
    stem = Conv2d.tiles(parameters, prefix + "stem.0", 3, width, ConvNextConfig.STEM);
    stemNorm = LayerNorm.load(parameters, prefix + "stem.1", width, config.layerNormEps());
    for (int i = 0; i < ConvNextConfig.STAGES; i++) {
      stages.add(new ConvNextStage(config, i, parameters, prefix + "stages." + i + "."));
    }
  }

  /**
   * What each stage puts out.
   *
   * @param pixels [B, 3, side, side], normalised; converted to the tower's dtype and device
   * @return [B, C, h, w] each, h and w a quarter of the side in the first stage and half of those
   *     before in the others; the caller's
   */
  public List<Tensor> stages(Tensor pixels) {
    Shapes.require(pixels, "pixels", Shapes.ANY, 3, Shapes.ANY, Shapes.ANY);
    List<Tensor> maps = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      Tensor map =
          TensorScope.compute(
              () ->
                  ConvNextStage.overChannels(
                      stemNorm, stem.forward(Tensors.to(pixels, dtype, device))));
      for (ConvNextStage stage : stages) {
        map = stage.forward(map);
        maps.add(map);
      }
      maps.forEach(scope::keep);
      return maps;
    }
  }

  /**
   * The maps of all stages on top of each other, the smaller ones scaled up to the first bilinearly
   * with corners not aligned.
   *
   * @param pixels [B, 3, side, side]
   * @return [B, ΣC, h, w] with the first stage's h and w; the caller's
   */
  public Tensor forward(Tensor pixels) {
    return TensorScope.compute(
        () -> {
          List<Tensor> maps = stages(pixels);
          Tensor first = maps.get(0);
          return Tensors.concat(
              1,
              maps.stream()
                  .map(map -> scaled(map, first.size(2), first.size(3)))
                  .toArray(Tensor[]::new));
        });
  }

  /** {@code map} [B, C, h, w] at another size, interpolated in fp32; itself if it has that size. */
  static Tensor scaled(Tensor map, long height, long width) {
    if (map.size(2) == height && map.size(3) == width) {
      return map;
    }
    Tensor wide = map.to(ScalarType.Float).contiguous();
    return torch.upsample_bilinear2d(wide, new long[] {height, width}, false).to(map.scalar_type());
  }
}
