// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads JPEG, PNG, WebP, GIF and BMP into RGB as PIL's {@code Image.open(…).convert("RGB")} does:
 * raw samples without gamma or colour profile, alpha dropped without blending, palettes expanded,
 * the first frame of an animation, CMYK by PIL's plain formula.
 *
 * <p>Two cases differ from PIL. Lossy WebP is approximated: a few grey levels off as a rule, up to
 * 22 at hard edges. Samples of 16 bits keep their high byte, where PIL clips 16-bit grey without
 * alpha at 255, turning such pictures white.
 *
 * <p>The size is read from the header first: more than 16384 pixels a side or 100 megapixels is
 * refused before anything is decoded. All bad input ends in {@link ImageException}. Stateless and
 * safe to share.
 */
public final class ImageDecoder {
  private ImageDecoder() {}

  /** The picture in {@code file}, upright. */
  public static RgbImage decode(Path file) {
    return decode(file, Orientation.APPLY);
  }

  /** The picture in {@code file}. */
  public static RgbImage decode(Path file, Orientation orientation) {
    return decode(read(file), file.toString(), orientation);
  }

  /** The picture in {@code bytes}, upright; {@code name} is what messages call it. */
  public static RgbImage decode(byte[] bytes, String name) {
    return decode(bytes, name, Orientation.APPLY);
  }

  /** The picture in {@code bytes}; {@code name} is what messages call it. */
  public static RgbImage decode(byte[] bytes, String name, Orientation orientation) {
    ImageFormat format = ImageFormat.of(bytes, name);
    ImageReader reader = readerOf(format);
    try (MemoryCacheImageInputStream in = input(format, bytes)) {
      reader.setInput(in, true, format != ImageFormat.GIF);
      ImageLimits.require("Picture " + name, reader.getWidth(0), reader.getHeight(0));
      RgbImage stored = decode(format, bytes, reader);
      return orientation == Orientation.IGNORE
          ? stored
          : ExifOrientation.read(format, bytes).apply(stored);
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers report damage by whatever exception their arithmetic runs into.
      throw new ImageException(
          String.format(
              "Expected picture %s to be a sound %s, but decoding failed: %s.",
              name, format, reason(e)),
          e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(
          String.format(
              "Picture %s needs more memory than the %d MB this Java process may use.",
              name, Runtime.getRuntime().maxMemory() >> 20),
          e);
    } finally {
      reader.dispose();
    }
  }

  private static MemoryCacheImageInputStream input(ImageFormat format, byte[] bytes)
      throws IOException {
    byte[] read = format == ImageFormat.WEBP ? RiffChunks.withoutProfile(bytes) : bytes;
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(read));
  }

  private static RgbImage decode(ImageFormat format, byte[] bytes, ImageReader reader)
      throws IOException {
    return switch (format) {
      case JPEG -> JpegDecoder.decode(JpegHeader.parse(bytes), reader);
      case GIF -> GifDecoder.decode(bytes, reader);
      case WEBP -> {
        RgbImage picture = PixelSamples.rgb(reader.read(0));
        yield RiffChunks.isLossy(bytes) ? LossyWebp.smooth(picture) : picture;
      }
      case PNG, BMP -> PixelSamples.rgb(reader.read(0));
    };
  }

  private static ImageReader readerOf(ImageFormat format) {
    Iterator<ImageReader> readers =
        ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT));
    if (!readers.hasNext()) {
      throw new IllegalStateException(
          "Expected an ImageIO reader for " + format + " on the class path, but there is none.");
    }
    return readers.next();
  }

  private static byte[] read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new ImageException("Expected a picture file, but " + file + " is a directory.");
      }
      long size = Files.size(file);
      if (size > ImageLimits.MAX_BYTES) {
        throw new ImageException(
            String.format(
                "Picture %s may have at most %d MB, but has %d MB.",
                file, ImageLimits.MAX_BYTES >> 20, size >> 20));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ImageException("Expected a picture file, but " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new ImageException(
          "Expected a readable picture file, but reading " + file + " failed: " + reason(e) + ".",
          e);
    }
  }

  /** One line of why, without the full stop. */
  private static String reason(Exception e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return "it ended or broke off early (" + e.getClass().getSimpleName() + ")";
    }
    String line = message.strip().lines().findFirst().orElse("");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
