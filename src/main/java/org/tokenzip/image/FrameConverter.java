// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * Decoded frames to upright RGB of 8 bits. Colour space and range are the frame's own; one that
 * does not say counts as BT.601, limited range. Alpha is dropped. One thread at a time.
 */
final class FrameConverter implements AutoCloseable {
  private final String subject;
  private final ExifOrientation orientation;
  private final SwsContext scaler = swscale.sws_alloc_context();
  private final AVFrame rgb = avutil.av_frame_alloc();

  /**
   * A converter for the frames of one track.
   *
   * @param subject begins the sentence about a frame that is too large
   */
  FrameConverter(String subject, AVCodecParameters track) {
    this.subject = subject;
    orientation = orientation(track);
    scaler.flags(
        swscale.SWS_BICUBIC
            | swscale.SWS_ACCURATE_RND
            | swscale.SWS_FULL_CHR_H_INT
            | swscale.SWS_BITEXACT);
  }

  RgbImage convert(AVFrame frame) {
    int width = frame.width();
    int height = frame.height();
    ImageLimits.require(subject, width, height);
    avutil.av_frame_unref(rgb);
    rgb.width(width);
    rgb.height(height);
    rgb.format(avutil.AV_PIX_FMT_RGB24);
    int code = swscale.sws_scale_frame(scaler, rgb, frame);
    if (code < 0) {
      throw new ImageException(
          subject + " has frames that cannot be turned into RGB: " + Ffmpeg.reason(code) + ".");
    }
    byte[] samples = new byte[Math.multiplyExact(3 * width, height)];
    BytePointer data = rgb.data(0);
    for (int y = 0; y < height; y++) {
      data.position((long) y * rgb.linesize(0)).get(samples, 3 * width * y, 3 * width);
    }
    return orientation.apply(new RgbImage(width, height, samples));
  }

  private static ExifOrientation orientation(AVCodecParameters track) {
    @Nullable AVPacketSideData matrix =
        avcodec.av_packet_side_data_get(
            track.coded_side_data(), track.nb_coded_side_data(), avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull() || matrix.size() < 9 * Integer.BYTES) {
      return new ExifOrientation(1);
    }
    IntPointer m = new IntPointer(matrix.data());
    return new ExifOrientation(tag(m.get(0), m.get(1), m.get(3), m.get(4)));
  }

  /**
   * The turn or flip, as EXIF numbers them, that sends (x, y) to (ax + cy, bx + dy) with y
   * downwards. Of a matrix that is none of the eight the larger pair of entries decides.
   */
  static int tag(long a, long b, long c, long d) {
    if (Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c)) {
      return a >= 0 ? (d >= 0 ? 1 : 4) : (d >= 0 ? 2 : 3);
    }
    return b >= 0 ? (c >= 0 ? 5 : 6) : (c >= 0 ? 8 : 7);
  }

  @Override
  public void close() {
    avutil.av_frame_free(rgb);
    swscale.sws_freeContext(scaler);
  }
}
