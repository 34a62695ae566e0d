// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Setting;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.testing.NoLeaks;

/**
 * Any budget with any settings gives finite logits or is refused in one sentence; nothing else is
 * thrown, nothing leaks.
 */
@ExtendWith(NoLeaks.class)
class MethodFuzzTest {
  private static final int TRIES = 120;
  private static final String WORDS =
      "0 1 2 3 4 5 9 15 16 17 -1 2,2 1,3 1,2,3 0,0,0 1,1,1 1,2,2 2,2,2 1,4,4 2,1,3 4,3,2,1,0 3,3,3,3,3"
          + " 0.0 0.5 0.998 1.0 1e-6 1e-3 1e9 NaN Infinity -0 true false paper released packed original"
          + " target-plus-mean mean-with-target x , 99999999999 2147483647";

  @Test
  void aMethodWorksOrIsRefusedInOneSentence() throws URISyntaxException {
    Path folder = Path.of(MethodFuzzTest.class.getResource("/fixtures/llava-1.5-tiny").toURI());
    RgbImage picture = ImageDecoder.decode(folder.resolve("images/rgb_123x77.png"));
    List<Visual> visuals =
        List.of(new Visual.Picture(picture), new Visual.Clip(List.of(picture, picture, picture)));
    SplittableRandom random = new SplittableRandom(11);
    try (OpenModel open = OpenModel.open(folder, folder.resolveSibling("clip-tiny"))) {
      for (CompressionMethod method : open.methods()) {
        int worked = 0;
        for (int i = 0; i < TRIES; i++) {
          int keep = 1 + random.nextInt(open.patches());
          Map<String, String> settings = settings(method, random);
          try {
            TokenCompressor made = method.make(open.budget(keep), new Settings(settings));
            for (float logit : open.logits(made, visuals.get(i % 2), "Why?")) {
              assertThat(logit).as("%s %d %s", method.name(), keep, settings).isFinite();
            }
            worked++;
          } catch (IllegalArgumentException | UnsupportedOperationException e) {
            assertThat(e.getMessage())
                .as("%s %d %s", method.name(), keep, settings)
                .isNotBlank()
                .doesNotContain("\n");
          } catch (RuntimeException e) {
            throw new AssertionError(method.name() + " " + keep + " " + settings, e);
          }
        }
        assertThat(worked).as(method.name()).isGreaterThan(TRIES / 10);
      }
    }
  }

  /** Up to two of the method's own. */
  private static Map<String, String> settings(CompressionMethod method, SplittableRandom random) {
    Map<String, String> settings = new HashMap<>();
    List<Setting> known = method.settings();
    String[] words = WORDS.split(" ", -1);
    for (int i = known.isEmpty() ? 0 : random.nextInt(3); i > 0; i--) {
      String name = known.get(random.nextInt(known.size())).name();
      settings.put(name, words[random.nextInt(words.length)]);
    }
    return settings;
  }
}
