// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.CheckpointWeights;
import org.tokenzip.weights.ClipTextConfig;
import org.tokenzip.weights.DualTowerConfig;
import org.tokenzip.weights.DualTowerParameters;
import org.tokenzip.weights.LoadListener;
import org.tokenzip.weights.SiglipTextConfig;
import org.tokenzip.weights.VisionConfig;

/**
 * The text tower that a LLaVA model's vision tower was trained with, and both towers' projections
 * into the space they share. Computes in fp32: what it tells apart are cosines that differ by
 * little. Safe for concurrent use; close it when no thread uses it any more.
 */
public final class PairedTextTower implements AutoCloseable {
  private final DualTowerConfig config;
  private final Parameters parameters;
  private final TextTower tower;
  private final Linear textProjection;
  private final UnaryOperator<Tensor> visualProjection;
  private final float logitScale;

  private PairedTextTower(DualTowerConfig config, Parameters parameters) {
    this.config = config;
    this.parameters = parameters;
    long width = config.text().hiddenSize();
    long shared = config.sharedSize();
    Tensor scale;
    if (config.text() instanceof SiglipTextConfig text) {
      tower = new SiglipTextTower(text, parameters);
      textProjection = Linear.load(parameters, "text_model.head", width, shared, true);
      visualProjection = new PatchHead(config.vision(), parameters)::forward;
      scale = parameters.take("logit_scale", 1);
    } else {
      tower = new ClipTextTower((ClipTextConfig) config.text(), parameters);
      textProjection = Linear.load(parameters, "text_projection", width, shared, false);
      visualProjection =
          Linear.load(parameters, "visual_projection", config.vision().hiddenSize(), shared, false)
              ::forward;
      scale = parameters.take("logit_scale");
    }
    logitScale = (float) Math.exp(Tensors.toFloatArray(scale)[0]);
  }

  /**
   * Loads the CLIP or SigLIP checkpoint in {@code directory}; its vision tower is left where it is.
   *
   * @param vision the tower that it has to fit
   * @throws CheckpointException if the checkpoint is malformed, incomplete or unsupported, or its
   *     vision tower is another one
   */
  public static PairedTextTower load(Path directory, VisionConfig vision, Device device) {
    DualTowerConfig config = DualTowerConfig.read(directory);
    requireSame(directory, vision, config.vision());
    CheckpointWeights checkpoint = CheckpointWeights.open(directory, LoadListener.NONE);
    Parameters parameters = new Parameters(checkpoint, DType.FP32, device);
    try {
      checkpoint.require(DualTowerParameters.of(config));
      return new PairedTextTower(config, parameters);
    } catch (RuntimeException e) {
      parameters.close();
      throw LibtorchException.wrap(e);
    }
  }

  /** The text tower itself. */
  public TextTower tower() {
    return tower;
  }

  /** exp of the stored scale, with which cosines were compared in training. */
  public float logitScale() {
    return logitScale;
  }

  /** See {@link DualTowerConfig#relevanceSign}. */
  public int relevanceSign() {
    return config.relevanceSign();
  }

  /**
   * A text in the shared space.
   *
   * @param positions see {@link TextTower#pooled}
   * @return fp32 [P]; the caller's
   */
  public Tensor text(Tensor positions, long... ids) {
    return TensorScope.compute(() -> textProjection.forward(tower.pooled(positions, ids)));
  }

  /**
   * Patches in the shared space.
   *
   * @param normed [.., D] behind the vision tower's last norm
   * @return fp32 [.., P]; the caller's
   */
  public Tensor patches(Tensor normed) {
    return TensorScope.compute(() -> visualProjection.apply(normed.to(torch.ScalarType.Float)));
  }

  /** A model may have cut off the layers of its tower that it does not select from. */
  private static void requireSame(Path directory, VisionConfig ours, VisionConfig theirs) {
    if (ours.architecture() != theirs.architecture()
        || ours.hiddenSize() != theirs.hiddenSize()
        || ours.layers() > theirs.layers()
        || ours.patchSize() != theirs.patchSize()) {
      throw new CheckpointException(
          directory
              + ": expected the text tower of "
              + text(ours)
              + ", which the model has, got that of "
              + text(theirs));
    }
  }

  private static String text(VisionConfig vision) {
    return String.format(
        "a %s vision tower of %d layers, width %d and %d-pixel patches",
        vision.architecture(), vision.layers(), vision.hiddenSize(), vision.patchSize());
  }

  /** Frees all parameters and closes the checkpoint's files. Idempotent. */
  @Override
  public void close() {
    parameters.close();
  }
}
