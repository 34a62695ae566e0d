// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes PNG files that are whole or absent. */
final class PngFile {
  private PngFile() {}

  static void write(BufferedImage image, Path file) {
    try {
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      if (Files.exists(target) && !Files.isRegularFile(target)) { // a device would be replaced
        throw new ImageException("Expected a PNG file to write, but " + file + " is none.");
      }
      // Not createTempFile, whose files only their owner may read.
      Path temporary = target.resolveSibling("." + UUID.randomUUID() + ".png");
      try {
        Files.write(temporary, encode(image), StandardOpenOption.CREATE_NEW);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new ImageException(
          "Expected a writable PNG file, but writing " + file + " failed: " + reason(e) + ".", e);
    }
  }

  private static byte[] encode(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IOException("ImageIO has no PNG writer");
      }
    }
    return bytes.toByteArray();
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() == null) {
      return e.getClass().getSimpleName().replaceAll("Exception$", "") + " " + failure.getFile();
    }
    return String.valueOf(e.getMessage());
  }
}
