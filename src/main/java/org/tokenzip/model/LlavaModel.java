// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.image.CutPicture;
import org.tokenzip.model.llama.LlamaDecoder;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.model.projector.Projector;
import org.tokenzip.model.vision.HighResolution;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.AnyresConfig;
import org.tokenzip.weights.CheckpointWeights;
import org.tokenzip.weights.LlavaConfig;
import org.tokenzip.weights.LlavaParameters;
import org.tokenzip.weights.LoadListener;
import org.tokenzip.weights.ModelConfig;
import org.tokenzip.weights.ModelFamily;

/**
 * A LLaVA model: a vision tower, a projector and a decoder of LLaMA's form, loaded from a
 * checkpoint directory. Safe for concurrent use, each thread with its own cache; close it when no
 * thread uses it any more.
 */
public final class LlavaModel implements AutoCloseable {
  private final LlavaConfig config;
  private final Parameters parameters;
  private final VisionTower tower;
  private final VisionTower clipTower;
  private final Projector projector;
  private final LlamaDecoder decoder;
  private final @Nullable Tensor newline; // [E]
  private final @Nullable HighResolution highResolution;

  private LlavaModel(LlavaConfig config, boolean tied, Parameters parameters) {
    this.config = config;
    this.parameters = parameters;
    boolean two = config.family().hasVideoTower();
    tower = tower(config, parameters, two ? LlavaParameters.IMAGE_TOWER : LlavaParameters.TOWER);
    clipTower = two ? tower(config, parameters, LlavaParameters.VIDEO_TOWER) : tower;
    projector = new Projector(config, parameters);
    decoder = new LlamaDecoder(config.text(), tied, parameters);
    newline =
        config.hasNewline()
            ? parameters.take(LlavaParameters.NEWLINE, config.text().hiddenSize())
            : null;
    highResolution =
        config.highResolution() == null
            ? null
            : new HighResolution(config.highResolution(), config, parameters);
  }

  /**
   * Loads {@code config.json} and the safetensors files of {@code directory}. Parameters stored in
   * {@code dtype} are used where they lie in the mapped files if the device is the CPU; others are
   * converted one at a time.
   *
   * @param dtype of parameters and activations. Null chooses fp32 on the CPU, whose half-precision
   *     arithmetic is several times slower, and the checkpoint's own dtype on a GPU.
   * @param listener hears of every tensor loaded
   * @throws org.tokenzip.weights.CheckpointException if the checkpoint is malformed, unsupported or
   *     incomplete, or has parameters its configuration does not account for
   */
  public static LlavaModel load(
      Path directory, Device device, @Nullable DType dtype, LoadListener listener) {
    LlavaConfig config = ModelConfig.read(directory);
    CheckpointWeights checkpoint = CheckpointWeights.open(directory, config, listener);
    Parameters parameters = new Parameters(checkpoint, chosen(dtype, device, config), device);
    try {
      boolean tied = config.tieWordEmbeddings() && !checkpoint.has(LlavaParameters.HEAD);
      checkpoint.require(LlavaParameters.of(config, tied));
      return new LlavaModel(config, tied, parameters);
    } catch (RuntimeException e) {
      parameters.close();
      throw LibtorchException.wrap(e);
    }
  }

  /** What the checkpoint says about itself. */
  public LlavaConfig config() {
    return config;
  }

  /** Format of parameters and activations. */
  public DType dtype() {
    return parameters.dtype();
  }

  /** Where the model computes. */
  public Device device() {
    return parameters.device();
  }

  /** The vision tower; where there are two, the one for pictures. */
  public VisionTower tower() {
    return tower;
  }

  /** The tower that frames of clips go through: in most models that for pictures. */
  public VisionTower clipTower() {
    return clipTower;
  }

  /** The second tower with what ties it to the first; null in a model of one tower. */
  public @Nullable HighResolution highResolution() {
    return highResolution;
  }

  /** The projector. */
  public Projector projector() {
    return projector;
  }

  /** The language model. */
  public LlamaDecoder decoder() {
    return decoder;
  }

  /** The embedding [E] that ends a row of patches; null in a model without one. Borrowed. */
  public @Nullable Tensor newline() {
    return newline;
  }

  /**
   * How the views of a picture form a sequence; borrows from this model.
   *
   * @param side patches along a side of a view
   */
  public PictureLayout layout(CutPicture picture, int side) {
    AnyresConfig anyres = config.anyres();
    if (config.highResolution() != null && config.highResolution().views() > 1) {
      return new ViewsInTurn(config.highResolution().views(), side);
    }
    if (anyres == null || newline == null) {
      return new SingleView(side);
    }
    return new AnyresLayout(
        side,
        picture.columns(),
        picture.rows(),
        picture.width(),
        picture.height(),
        anyres.maxTiles(),
        newline);
  }

  /** The same for the frames of a clip. */
  public PictureLayout clipLayout(int frames, int side) {
    return config.family() == ModelFamily.LLAVA_ONEVISION && newline != null
        ? new PooledFrames(frames, side, newline)
        : new ClipFrames(frames, side, config.family().hasVideoTower());
  }

  /**
   * Embeddings [S, E] of tokens, placeholders included; the caller's. A placeholder that is no
   * token has the first token's until {@link #splice} puts a visual token there.
   */
  public Tensor embed(long... ids) {
    int placeholder = config.imageTokenId();
    return decoder.embed(
        placeholder < 0 ? Arrays.stream(ids).map(id -> id == placeholder ? 0 : id).toArray() : ids);
  }

  /**
   * Puts visual tokens in the place of placeholders.
   *
   * @param embeds [S, E]
   * @param features [n, E], projected
   * @param positions the n positions they take, in [0, S)
   * @return a new tensor [S, E]; the caller's
   */
  public Tensor splice(Tensor embeds, Tensor features, long... positions) {
    long width = config.text().hiddenSize();
    Shapes.require(embeds, "embeds", Shapes.ANY, width);
    Shapes.require(features, "features", positions.length, width);
    for (long position : positions) {
      if (position < 0 || position >= embeds.size(0)) {
        throw new IllegalArgumentException(
            "position: expected one below " + embeds.size(0) + ", got " + position);
      }
    }
    return TensorScope.compute(
        () -> embeds.index_copy(0, Tensors.to(Tensors.vector(positions), device()), features));
  }

  /** Frees all parameters and closes the checkpoint's files. Idempotent. */
  @Override
  public void close() {
    parameters.close();
  }

  private static VisionTower tower(LlavaConfig config, Parameters parameters, String prefix) {
    return new VisionTower(config.vision(), config.visionLayersNeeded(), parameters, prefix);
  }

  private static DType chosen(@Nullable DType dtype, Device device, LlavaConfig config) {
    if (dtype != null) {
      return dtype;
    }
    return device.backend() == Backend.CUDA ? config.dtype() : DType.FP32;
  }
}
