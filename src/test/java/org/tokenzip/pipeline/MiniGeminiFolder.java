// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;

/**
 * The miniature of Mini-Gemini: random weights in the published layout, the CLIP tower inside the
 * checkpoint and the ConvNeXt in its own folder, and what PyTorch computes with them ({@code
 * expected.*}). The towers and the language model of the reference are those of transformers
 * (CLIPVisionModel, ConvNextModel, LlamaForCausalLM), patch info mining is a loop over patches.
 * Logits are recorded for every n-th token, of pictures every n-th row ({@code columns}, {@code
 * rows}).
 */
public final class MiniGeminiFolder {
  /** The miniature itself. */
  public static final Path FOLDER = Path.of("src/test/resources/minigemini");

  /** Where its ConvNeXt lies. */
  public static final String AUX = "openclip-convnext-miniature";

  /** Where its CLIP tower's configuration lies. */
  public static final String CLIP = "clip-vit-miniature";

  private static final Path PICTURES = Path.of("src/test/resources/fixtures/llava-1.5-tiny/images");
  private static final ObjectMapper JSON = new ObjectMapper();

  private MiniGeminiFolder() {}

  /** One of the pictures that the expectations are for. */
  public static RgbImage picture(String name) {
    return ImageDecoder.decode(file(name));
  }

  /** Its file. */
  public static Path file(String name) {
    return PICTURES.resolve(name + ".png");
  }

  /** A copy in {@code target} whose configuration is {@code edited}. */
  public static Path copy(Path target, Consumer<ObjectNode> edited) {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().startsWith("expected")) {
          Path copy = target.resolve(FOLDER.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
      return edit(target, "config.json", edited);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Edits a JSON file of a copy; returns the copy. */
  public static Path edit(Path copy, String file, Consumer<ObjectNode> edited) {
    try {
      Path path = copy.resolve(file);
      ObjectNode root = (ObjectNode) JSON.readTree(path.toFile());
      edited.accept(root);
      Files.writeString(path, root.toString());
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a configuration that of an HD model: two by two crops and the whole. */
  public static void hd(ObjectNode config) {
    config.put("image_grid", 2).put("image_global", true).put("image_size_aux", 128);
  }
}
