// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.projector;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Activation;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.weights.LlavaConfig;

/**
 * LLaVA's projector: two linear layers with an activation between them. Safe for concurrent use;
 * borrows its parameters from the model.
 */
public final class Projector {
  private static final String PREFIX = "multi_modal_projector.";

  private final int width;
  private final Linear first;
  private final Linear second;
  private final Activation activation;

  /** Loads the projector of {@code config}. */
  public Projector(LlavaConfig config, Parameters parameters) {
    width = config.vision().hiddenSize();
    int out = config.text().hiddenSize();
    boolean bias = config.projectorBias();
    first = Linear.load(parameters, PREFIX + "linear_1", width, out, bias);
    second = Linear.load(parameters, PREFIX + "linear_2", out, out, bias);
    activation = Activation.parse(config.projectorActivation());
  }

  /**
   * Maps vision features into the language model's space.
   *
   * @param features [B, n, D], vision features, compressed or not
   * @return [B, n, E], ready to be spliced among token embeddings; the caller's
   */
  public Tensor forward(Tensor features) {
    Shapes.require(features, "features", Shapes.ANY, Shapes.ANY, width);
    return TensorScope.compute(() -> second.forward(activation.apply(first.forward(features))));
  }
}
