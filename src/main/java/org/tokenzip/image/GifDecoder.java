// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;

/** The first frame of a GIF on its canvas, which may be larger than the frame. */
final class GifDecoder {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  private GifDecoder() {}

  static RgbImage decode(byte[] bytes, ImageReader reader) throws IOException {
    int width = u16(bytes, 6);
    int height = u16(bytes, 8);
    ImageLimits.require("The GIF's canvas", width, height);
    BufferedImage frame = reader.read(0);
    RgbImage pixels = PixelSamples.rgb(frame);
    Element place = descriptor(reader.getImageMetadata(0));
    int left = Integer.parseInt(place.getAttribute("imageLeftPosition"));
    int top = Integer.parseInt(place.getAttribute("imageTopPosition"));
    if (left == 0 && top == 0 && pixels.width() == width && pixels.height() == height) {
      return pixels;
    }
    byte[] canvas = new byte[3 * width * height];
    fill(canvas, background(frame));
    int columns = Math.max(0, Math.min(pixels.width(), width - left));
    int rows = Math.min(pixels.height(), height - top);
    for (int y = 0; y < rows; y++) {
      int at = 3 * ((top + y) * width + left);
      System.arraycopy(pixels.rgb(), 3 * y * pixels.width(), canvas, at, 3 * columns);
    }
    return new RgbImage(width, height, canvas);
  }

  private static Element descriptor(IIOMetadata metadata) throws IOException {
    Element root = (Element) metadata.getAsTree(FORMAT);
    if (root.getElementsByTagName("ImageDescriptor").item(0) instanceof Element descriptor) {
      return descriptor;
    }
    throw new IOException("its first frame has no descriptor");
  }

  /** As PIL: the transparent colour, or else the palette's first. */
  private static int background(BufferedImage frame) {
    if (frame.getColorModel() instanceof IndexColorModel palette) {
      return PixelSamples.colourTable(palette)[Math.max(0, palette.getTransparentPixel())];
    }
    return 0;
  }

  private static void fill(byte[] canvas, int colour) {
    for (int i = 0; i < canvas.length; i += 3) {
      PixelSamples.put(canvas, i, colour);
    }
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
  }
}
