// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Activation functions of feed-forward parts and projectors. */
public enum Activation {
  /** The exact form, with the error function. */
  GELU {
    @Override
    public Tensor apply(Tensor x) {
      return torch.gelu_(x);
    }
  },
  /** The approximation with a hyperbolic tangent. */
  GELU_TANH {
    @Override
    public Tensor apply(Tensor x) {
      return torch.gelu_(x, "tanh");
    }
  },
  /** {@code x sigmoid(1.702 x)}. */
  QUICK_GELU {
    @Override
    public Tensor apply(Tensor x) {
      // silu(1.702 x) / 1.702: the same function without a temporary of the widest layer.
      try (Scalar slope = new Scalar(SLOPE);
          Scalar inverse = new Scalar(1 / SLOPE)) {
        return torch.silu_(x.mul_(slope)).mul_(inverse);
      }
    }
  },
  /** {@code max(x, 0)}. */
  RELU {
    @Override
    public Tensor apply(Tensor x) {
      return torch.relu_(x);
    }
  },
  /** {@code x sigmoid(x)}. */
  SILU {
    @Override
    public Tensor apply(Tensor x) {
      return torch.silu_(x);
    }
  };

  private static final double SLOPE = 1.702;

  /** The function a configuration calls {@code name}. */
  public static Activation parse(String name) {
    return switch (name) {
      case "gelu" -> GELU;
      case "gelu_pytorch_tanh" -> GELU_TANH;
      case "quick_gelu" -> QUICK_GELU;
      case "relu" -> RELU;
      case "silu" -> SILU;
      default ->
          throw new IllegalArgumentException(
              "activation: expected gelu, gelu_pytorch_tanh, quick_gelu, relu or silu, got \""
                  + name
                  + "\"");
    };
  }

  /** Applies the function to {@code x} in place; returns the same memory. */
  public abstract Tensor apply(Tensor x);
}
