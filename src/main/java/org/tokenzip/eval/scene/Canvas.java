// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import org.tokenzip.image.RgbImage;

/**
 * A square picture while it is painted, its samples not yet rounded. Draws with arithmetic of our
 * own, which no graphics card, driver or font changes.
 */
final class Canvas {
  /** Points a pixel is probed at, in each direction. */
  private static final int PROBES = 6;

  private final int side;
  private final double scale;
  private final double[] samples;

  Canvas(int side) {
    this.side = side;
    scale = (double) side / SceneObject.FIELD;
    samples = new double[3 * side * side];
  }

  int side() {
    return side;
  }

  /** Adds to one sample of a pixel, in row-major order. */
  void add(int pixel, int channel, double value) {
    samples[3 * pixel + channel] += value;
  }

  /** What a pixel of an object looks like. */
  interface Paint {
    double sample(int pixel, int channel);
  }

  /** Lays an object over what is there, its edges blended in. */
  void lay(SceneObject object, Paint paint) {
    double reach = scale * (object.radius() + 2);
    double centreX = scale * object.x();
    double centreY = scale * object.y();
    for (int y = clip(centreY - reach); y <= clip(centreY + reach); y++) {
      for (int x = clip(centreX - reach); x <= clip(centreX + reach); x++) {
        double share = coverage(object, x, y);
        for (int channel = 0; share > 0 && channel < 3; channel++) {
          int at = 3 * (y * side + x) + channel;
          samples[at] += share * (paint.sample(y * side + x, channel) - samples[at]);
        }
      }
    }
  }

  private int clip(double value) {
    return (int) Math.max(0, Math.min(side - 1, Math.floor(value)));
  }

  /** Share of a pixel that the object covers. */
  private double coverage(SceneObject object, int pixelX, int pixelY) {
    double radians = object.degrees() * (Math.PI / 180);
    double cosine = StrictMath.cos(radians);
    double sine = StrictMath.sin(radians);
    int covered = 0;
    for (int row = 0; row < PROBES; row++) {
      double y = (pixelY + (row + 0.5) / PROBES) / scale - object.y();
      for (int column = 0; column < PROBES; column++) {
        double x = (pixelX + (column + 0.5) / PROBES) / scale - object.x();
        double turnedX = (cosine * x + sine * y) / object.radius();
        double turnedY = (cosine * y - sine * x) / object.radius();
        covered += object.shape().outline().covers(turnedX, turnedY) ? 1 : 0;
      }
    }
    return covered / (double) (PROBES * PROBES);
  }

  /** The picture, rounded to 8 bits. */
  RgbImage picture() {
    byte[] rgb = new byte[samples.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (int) Math.max(0, Math.min(255, samples[i] + 0.5));
    }
    return new RgbImage(side, side, rgb);
  }
}
