// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.tokenzip.testing.FixtureFolders.elements;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.Orientation;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaFixture;

/** What the conversations of fixtures are about. */
final class FixtureVisuals {
  private FixtureVisuals() {}

  /** Pictures and clips of a case, in the order in which its conversation names them. */
  static List<Visual> of(LlavaFixture fixture, JsonNode expected) {
    List<RgbImage> files =
        elements(expected.get("images"))
            .map(name -> ImageDecoder.decode(fixture.picture(name.asText()), Orientation.IGNORE))
            .toList();
    int frames = expected.path("frames").asInt();
    List<Visual> visuals = new ArrayList<>();
    int next = 0;
    for (JsonNode turn : expected.get("conversation")) {
      for (JsonNode part : turn.get("content")) {
        switch (part.get("type").asText()) {
          case "image" -> visuals.add(new Visual.Picture(files.get(next++)));
          case "video" -> {
            visuals.add(new Visual.Clip(files.subList(next, next + frames)));
            next += frames;
          }
          default -> {}
        }
      }
    }
    return visuals;
  }
}
