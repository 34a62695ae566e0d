// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.Orientation;
import org.tokenzip.image.RgbImage;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.NoLeaks;

/**
 * A clip through LLaVA-OneVision from frames to the answer, as the reference gives it: frames
 * squeezed to a square, scaled to half their sides, one newline at the end.
 */
@ExtendWith(NoLeaks.class)
class OneVisionClipTest {
  @Test
  void aClipIsAnsweredAsByTheReference() throws Exception {
    JsonNode expected = FixtureFolders.expected(resource("/onevision-clip"));
    Path folder = resource("/fixtures/llava-onevision-tiny");
    List<RgbImage> frames =
        FixtureFolders.elements(expected.get("frames"))
            .map(name -> folder.resolve("images/" + name.asText() + ".png"))
            .map(file -> ImageDecoder.decode(file, Orientation.IGNORE))
            .toList();
    try (LlavaPipeline llava = LlavaPipeline.load(folder);
        Conversation conversation = llava.chat()) {
      conversation.show(new Visual.Clip(frames));
      Answer answer =
          conversation.say(
              expected.get("question").asText(),
              GenerationOptions.defaults().withMaxNewTokens(24),
              TokenListener.NONE);
      assertThat(answer.promptTokens()).isEqualTo(expected.get("input_ids").size());
      assertThat(answer.visualTokensBefore()).isEqualTo(frames.size() * 2 * 2 + 1);
      assertThat(answer.outputIds()).isEqualTo(FixtureFolders.longs(expected.get("generated_ids")));
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(OneVisionClipTest.class.getResource(name).toURI());
  }
}
