// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.tokenzip.image.RgbImage;

/**
 * A video made on the spot.
 *
 * @param format container and codec
 * @param frames of equal, even size
 * @param starts of each frame and the end of the last one, in hundredths of a second
 * @param keyEvery frames from one key frame to the next
 * @param matrix a, b, c, d of the display matrix, which sends (x, y) to (ax + cy, bx + dy)
 */
@SuppressWarnings("ArrayRecordComponent")
public record Clip(Format format, List<RgbImage> frames, int[] starts, int keyEvery, int[] matrix) {

  /** Containers, each with a codec that every build of ffmpeg can write. */
  public enum Format {
    /** MPEG-4 with two B-frames between others: packets are not in the order of time. */
    MP4("mp4", avcodec.AV_CODEC_ID_MPEG4, avutil.AV_PIX_FMT_YUV420P),
    WEBM("webm", avcodec.AV_CODEC_ID_VP8, avutil.AV_PIX_FMT_YUV420P),
    GIF("gif", avcodec.AV_CODEC_ID_GIF, avutil.AV_PIX_FMT_GRAY8);

    private final String container;
    private final int codec;
    private final int pixels;

    Format(String container, int codec, int pixels) {
      this.container = container;
      this.codec = codec;
      this.pixels = pixels;
    }
  }

  private static final int[] UPRIGHT = {1, 0, 0, 1};
  private static final int CLOCK = 100;

  /** Ten frames a second. */
  public static Clip of(Format format, List<RgbImage> frames) {
    int[] starts = new int[frames.size() + 1];
    Arrays.setAll(starts, i -> 10 * i);
    return new Clip(format, frames, starts, 4, UPRIGHT);
  }

  /** {@code count} grey frames of 32x16 pixels, frame i of level {@link #level}(i). */
  public static List<RgbImage> greys(int count) {
    List<RgbImage> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[3 * 32 * 16];
      Arrays.fill(rgb, (byte) level(i));
      frames.add(new RgbImage(32, 16, rgb));
    }
    return frames;
  }

  /** Grey of frame i: neighbours differ by far more than a codec's loss. */
  public static int level(int i) {
    return 20 + 50 * i % 220;
  }

  public Clip shownFor(int... hundredths) {
    int[] times = new int[hundredths.length + 1];
    for (int i = 0; i < hundredths.length; i++) {
      times[i + 1] = times[i] + hundredths[i];
    }
    return new Clip(format, frames, times, keyEvery, matrix);
  }

  public Clip keyEvery(int frames) {
    return new Clip(format, this.frames, starts, frames, matrix);
  }

  public Clip turned(int... matrix) {
    return new Clip(format, frames, starts, keyEvery, matrix);
  }

  /** Writes the clip; the same bytes every time. */
  public Path write(Path file) {
    try (PointerScope scope = new PointerScope()) {
      AVFormatContext container = container(file, format.container);
      AVStream stream = avformat.avformat_new_stream(container, null);
      AVCodecContext codec = codec(container);
      check(avcodec.avcodec_parameters_from_context(stream.codecpar(), codec));
      if (!Arrays.equals(matrix, UPRIGHT)) {
        turn(stream.codecpar());
      }
      stream.time_base(codec.time_base());
      begin(container, file);
      encode(container, stream, codec);
      end(container);
      avcodec.avcodec_free_context(codec);
      avformat.avformat_free_context(container);
      return file;
    }
  }

  /** Writes a file with a second of silence and no picture. */
  public static Path writeSilence(Path file) {
    try (PointerScope scope = new PointerScope()) {
      AVFormatContext container = container(file, "mov");
      AVStream stream = avformat.avformat_new_stream(container, null);
      AVCodecParameters sound = stream.codecpar();
      sound.codec_type(avutil.AVMEDIA_TYPE_AUDIO);
      sound.codec_id(avcodec.AV_CODEC_ID_PCM_S16LE);
      sound.sample_rate(8000);
      sound.format(avutil.AV_SAMPLE_FMT_S16);
      sound.bits_per_coded_sample(16);
      sound.block_align(2);
      avutil.av_channel_layout_default(sound.ch_layout(), 1);
      stream.time_base(avutil.av_make_q(1, 8000));
      begin(container, file);
      AVPacket packet = avcodec.av_packet_alloc();
      check(avcodec.av_new_packet(packet, 2 * 8000));
      packet.data().put(new byte[2 * 8000]);
      packet.pts(0).dts(0).duration(8000);
      check(avformat.av_interleaved_write_frame(container, packet));
      avcodec.av_packet_free(packet);
      end(container);
      avformat.avformat_free_context(container);
      return file;
    }
  }

  private static AVFormatContext container(Path file, String name) {
    AVFormatContext container = new AVFormatContext(null);
    check(
        avformat.avformat_alloc_output_context2(
            container, (AVOutputFormat) null, name, file.toString()));
    container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    return container;
  }

  private static void begin(AVFormatContext container, Path file) {
    AVIOContext out = new AVIOContext(null);
    check(avformat.avio_open(out, "file:" + file, avformat.AVIO_FLAG_WRITE));
    container.pb(out);
    check(avformat.avformat_write_header(container, (AVDictionary) null));
  }

  private static void end(AVFormatContext container) {
    check(avformat.av_write_trailer(container));
    avformat.avio_closep(container.pb());
  }

  private AVCodecContext codec(AVFormatContext container) {
    var encoder = avcodec.avcodec_find_encoder(format.codec);
    AVCodecContext codec = avcodec.avcodec_alloc_context3(encoder);
    codec.width(frames.get(0).width());
    codec.height(frames.get(0).height());
    codec.pix_fmt(format.pixels);
    codec.time_base(avutil.av_make_q(1, CLOCK));
    codec.gop_size(keyEvery);
    codec.max_b_frames(format == Format.MP4 ? 2 : 0);
    codec.bit_rate(1_000_000);
    codec.flags(codec.flags() | avcodec.AV_CODEC_FLAG_BITEXACT);
    codec.thread_count(1);
    if ((container.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
      codec.flags(codec.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    check(avcodec.avcodec_open2(codec, encoder, (AVDictionary) null));
    return codec;
  }

  private void turn(AVCodecParameters track) {
    AVPacketSideData none = new AVPacketSideData(null);
    try (IntPointer count = new IntPointer(new int[] {0})) {
      AVPacketSideData matrix =
          avcodec.av_packet_side_data_new(
              none, count, avcodec.AV_PKT_DATA_DISPLAYMATRIX, 9 * Integer.BYTES, 0);
      int[] rows = {
        this.matrix[0] << 16,
        this.matrix[1] << 16,
        0, //
        this.matrix[2] << 16,
        this.matrix[3] << 16,
        0, //
        0,
        0,
        1 << 30
      };
      new IntPointer(matrix.data()).put(rows);
      track.coded_side_data(none);
      track.nb_coded_side_data(1);
    }
  }

  private void encode(AVFormatContext container, AVStream stream, AVCodecContext codec) {
    AVFrame frame = avutil.av_frame_alloc();
    AVPacket packet = avcodec.av_packet_alloc();
    SwsContext scaler = swscale.sws_alloc_context();
    for (int i = 0; i <= frames.size(); i++) {
      if (i < frames.size()) {
        fill(frame, scaler, frames.get(i));
        frame.pts(starts[i]);
      }
      check(avcodec.avcodec_send_frame(codec, i < frames.size() ? frame : null));
      while (avcodec.avcodec_receive_packet(codec, packet) >= 0) {
        int shown = Arrays.binarySearch(starts, (int) packet.pts());
        packet.duration(starts[shown + 1] - starts[shown]);
        avcodec.av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
        check(avformat.av_interleaved_write_frame(container, packet));
      }
    }
    swscale.sws_freeContext(scaler);
    avcodec.av_packet_free(packet);
    avutil.av_frame_free(frame);
  }

  private void fill(AVFrame frame, SwsContext scaler, RgbImage picture) {
    AVFrame rgb = avutil.av_frame_alloc();
    rgb.format(avutil.AV_PIX_FMT_RGB24);
    rgb.width(picture.width());
    rgb.height(picture.height());
    check(avutil.av_frame_get_buffer(rgb, 0));
    int row = 3 * picture.width();
    BytePointer data = rgb.data(0);
    for (int y = 0; y < picture.height(); y++) {
      data.position((long) y * rgb.linesize(0)).put(picture.rgb(), y * row, row);
    }
    avutil.av_frame_unref(frame);
    frame.format(format.pixels);
    frame.width(picture.width());
    frame.height(picture.height());
    check(swscale.sws_scale_frame(scaler, frame, rgb));
    avutil.av_frame_free(rgb);
  }

  private static void check(int code) {
    assertThat(code).as("a call to ffmpeg").isGreaterThanOrEqualTo(0);
  }
}
