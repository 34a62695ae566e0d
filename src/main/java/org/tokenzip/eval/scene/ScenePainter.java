// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.eval.scene.Scene.Tone;

/** Paints a background, plain to softly textured and with or without noise, and objects on it. */
final class ScenePainter {
  private final SceneRandom random;
  private final Canvas canvas;

  private ScenePainter(SceneRandom random, int side) {
    this.random = random;
    canvas = new Canvas(side);
  }

  static Scene paint(List<SceneObject> objects, SceneRandom random, int side) {
    ScenePainter painter = new ScenePainter(random, side);
    Tone tone = random.chance(0.5) ? Tone.DARK : Tone.LIGHT;
    painter.background(tone);
    double @Nullable [] noise = random.chance(0.5) ? painter.noise() : null;
    for (SceneObject object : objects) {
      painter.object(object, noise);
    }
    return new Scene(objects, tone, painter.canvas.picture());
  }

  private void background(Tone tone) {
    double brightness = tone == Tone.DARK ? random.between(38, 88) : random.between(172, 218);
    double contrast = random.between(0, 22);
    double[] texture = Texture.draw(random, canvas.side());
    for (int channel = 0; channel < 3; channel++) {
      double base = brightness + random.between(-16, 16);
      double strength = contrast * random.between(0.6, 1);
      for (int pixel = 0; pixel < texture.length; pixel++) {
        canvas.add(pixel, channel, base + strength * texture[pixel]);
      }
    }
  }

  /** Normal noise of variance 1, of which a small multiple goes over the background. */
  private double[] noise() {
    double strength = random.between(2, 9);
    double[] noise = new double[3 * canvas.side() * canvas.side()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.gaussian();
      canvas.add(i / 3, i % 3, strength * noise[i]);
    }
    return noise;
  }

  private void object(SceneObject object, double @Nullable [] noise) {
    double[] colour = new double[3];
    for (int channel = 0; channel < 3; channel++) {
      double sample = object.colour().sample(channel) + random.between(-12, 12);
      colour[channel] = Math.max(0, Math.min(255, sample));
    }
    double grain = noise != null && random.chance(0.5) ? 4 : 0;
    canvas.lay(
        object,
        (pixel, channel) ->
            colour[channel] + (noise == null ? 0 : grain * noise[3 * pixel + channel]));
  }
}
