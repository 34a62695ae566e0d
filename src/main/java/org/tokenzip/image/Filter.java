// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/** The resampling kernels of {@link PilResampler}, named and numbered as in PIL. */
public enum Filter {
  LANCZOS(1, 3),
  BILINEAR(2, 1),
  BICUBIC(3, 2);

  private static final double BICUBIC_A = -0.5;

  private final int code;
  private final double radius;

  Filter(int code, double radius) {
    this.code = code;
    this.radius = radius;
  }

  /**
   * The filter behind {@code resample} in {@code preprocessor_config.json}.
   *
   * @throws ImageException for any other number
   */
  public static Filter ofCode(int code) {
    for (Filter filter : values()) {
      if (filter.code == code) {
        return filter;
      }
    }
    throw new ImageException(
        "Expected resample 1 (lanczos), 2 (bilinear) or 3 (bicubic), but got " + code + ".");
  }

  /** PIL's number of this filter. */
  public int code() {
    return code;
  }

  /** Half the kernel's width, in source pixels at scale 1. */
  double radius() {
    return radius;
  }

  /** The kernel at distance {@code x} from its centre; zero outside the radius. */
  double weight(double x) {
    return switch (this) {
      case BILINEAR -> Math.max(0, 1 - Math.abs(x));
      case BICUBIC -> bicubic(Math.abs(x));
      case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  private static double bicubic(double x) {
    if (x < 1) {
      return ((BICUBIC_A + 2) * x - (BICUBIC_A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * BICUBIC_A : 0;
  }

  private static double sinc(double x) {
    double angle = x * Math.PI;
    return x == 0 ? 1 : Math.sin(angle) / angle;
  }
}
