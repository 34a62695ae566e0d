// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Sample pictures and picture files made on the spot. */
final class Pictures {
  static final Path FOLDER = Path.of("src/test/resources/pictures");

  private Pictures() {}

  /** A picture whose every sample follows from its place. */
  static RgbImage pattern(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 37 + i / 7 * 11);
    }
    return new RgbImage(width, height, rgb);
  }

  static byte[] sample(String name) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(name));
  }

  static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  static byte[] png(RgbImage image) throws IOException {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2);
        buffered.setRGB(x, y, rgb);
      }
    }
    return png(buffered);
  }

  /** {@code png} with a chunk after its header. */
  static byte[] withChunk(byte[] png, String type, byte[] body) throws IOException {
    int headerEnd = 8 + 12 + 13;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(png, 0, headerEnd);
    writeChunk(bytes, type, body);
    bytes.write(png, headerEnd, png.length - headerEnd);
    return bytes.toByteArray();
  }

  /** A PNG that claims to be {@code width} x {@code height} and holds no pixels. */
  static byte[] hollowPng(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    byte[] header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).array();
    header[9] = 2;
    writeChunk(bytes, "IHDR", header);
    writeChunk(bytes, "IDAT", new byte[0]);
    writeChunk(bytes, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  /** A TIFF block that holds just the orientation. */
  static byte[] exif(int orientation, boolean littleEndian) {
    ByteBuffer tiff = ByteBuffer.allocate(26);
    tiff.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    tiff.put((littleEndian ? "II" : "MM").getBytes(StandardCharsets.ISO_8859_1));
    tiff.putShort((short) 42).putInt(8).putShort((short) 1);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return tiff.array();
  }

  /** {@code jpeg} with an EXIF segment as its first. */
  static byte[] withApp1(byte[] jpeg, byte[] exif) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(0xFFD8);
    out.writeShort(0xFFE1);
    out.writeShort(2 + 6 + exif.length);
    out.writeBytes("Exif\0\0");
    out.write(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return bytes.toByteArray();
  }

  static byte[] firstHalf(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static void writeChunk(ByteArrayOutputStream bytes, String type, byte[] body)
      throws IOException {
    DataOutputStream out = new DataOutputStream(bytes);
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(body);
    out.writeInt(body.length);
    out.write(name);
    out.write(body);
    out.writeInt((int) crc.getValue());
  }
}
