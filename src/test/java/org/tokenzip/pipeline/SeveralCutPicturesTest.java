// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.Orientation;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.weights.ModelConfig;

/** Where a prompt has several pictures every one is cut into crops, as it is alone. */
@ExtendWith(NoLeaks.class)
class SeveralCutPicturesTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults().withMaxNewTokens(1);
  private static final Path PICTURES = Path.of("src/test/resources/fixtures/llava-1.6-tiny/images");
  private static final String QUESTION = "Which is larger?";

  @ParameterizedTest
  @MethodSource("org.tokenzip.testing.FixtureFolders#checkpoints")
  void everyPictureOfAPromptIsCut(Path folder) {
    assumeTrue(ModelConfig.read(folder).anyres() != null, "this family looks at one view");
    try (LlavaPipeline llava = LlavaPipeline.load(folder)) {
      List<Visual> pictures =
          Stream.of("rgb_56x56", "tall_50x150", "wide_170x60")
              .map(name -> ImageDecoder.decode(PICTURES.resolve(name + ".png"), Orientation.IGNORE))
              .map(picture -> (Visual) new Visual.Picture(picture))
              .toList();
      for (TokenCompressor method :
          List.of(new NoCompression(), new VisionZip(VisionZipOptions.forBudget(4)))) {
        Request all = new Request(pictures, QUESTION, method);
        Answer together = llava.ask(all, OPTIONS, TokenListener.NONE);
        Answer inBatch =
            llava.askAll(List.of(all, new Request(pictures, "Why?", method)), OPTIONS).get(0);
        int before = 0;
        for (int i = 0; i < pictures.size(); i++) {
          Request one = new Request(pictures.subList(i, i + 1), QUESTION, method);
          Answer alone = llava.ask(one, OPTIONS, TokenListener.NONE);
          Provenance expected = alone.provenance().get(0);
          assertThat(views(expected)).isGreaterThan(1);
          assertThat(places(together.provenance().get(i))).isEqualTo(places(expected));
          assertThat(places(inBatch.provenance().get(i))).isEqualTo(places(expected));
          before += alone.visualTokensBefore();
        }
        assertThat(together.visualTokensBefore()).isEqualTo(before);
        assertThat(together.outputIds()).isEqualTo(inBatch.outputIds());
      }
    }
  }

  /** Views that a picture's tokens come from. */
  private static long views(Provenance picture) {
    return picture.tokens().stream()
        .mapToInt(OutputToken::view)
        .filter(v -> v >= 0)
        .distinct()
        .count();
  }

  private static List<String> places(Provenance picture) {
    return picture.tokens().stream()
        .map(token -> token.kind() + " " + token.view() + " " + token.anchor())
        .toList();
  }
}
