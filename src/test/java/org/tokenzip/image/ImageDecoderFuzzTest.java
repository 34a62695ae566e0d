// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the bytes, a picture or {@link ImageException} comes back, nothing else. */
class ImageDecoderFuzzTest {
  @Provide
  Arbitrary<String> samples() {
    return Arbitraries.of(
        "palette_transparent.png",
        "grey_alpha.png",
        "colour.jpg",
        "cmyk.jpg",
        "progressive.jpg",
        "lossless.webp",
        "lossy.webp",
        "animated.webp",
        "animated.gif",
        "colour.bmp");
  }

  @Property(tries = 1500)
  void onlyImageExceptionEscapes(
      @ForAll("samples") String name,
      @ForAll @Size(min = 1, max = 6) int[] places,
      @ForAll @Size(6) byte[] values,
      @ForAll @IntRange(max = 9) int cut)
      throws IOException {
    byte[] bytes = Pictures.sample(name);
    for (int i = 0; i < places.length; i++) {
      bytes[Math.floorMod(places[i], bytes.length)] = values[i];
    }
    // One in ten is cut short besides.
    byte[] mutated = cut > 0 ? bytes : Arrays.copyOf(bytes, Math.floorMod(places[0], bytes.length));
    Throwable thrown = catchThrowable(() -> ImageDecoder.decode(mutated, name));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(ImageException.class);
    }
  }
}
