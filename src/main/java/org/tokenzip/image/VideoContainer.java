// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** A video file opened for reading, and the packets of its picture track. One thread at a time. */
final class VideoContainer implements AutoCloseable {
  /** By ffmpeg's names. Playlists are not among them: they would make it open other files. */
  private static final String FORMATS = "mov,matroska,gif";

  private final Path file;
  private final AVFormatContext context;
  private final AVPacket packet;
  private final AVStream stream;

  private VideoContainer(Path file, AVFormatContext context, AVStream stream) {
    this.file = file;
    this.context = context;
    this.stream = stream;
    packet = avcodec.av_packet_alloc();
  }

  /**
   * Opens a file.
   *
   * @throws ImageException if it is none of the formats, damaged or without pictures
   */
  static VideoContainer open(Path file) {
    requireFile(file);
    AVFormatContext context = openInput(file);
    try {
      int code = avformat.avformat_find_stream_info(context, (AVDictionary) null);
      if (code < 0) {
        throw broken(file, Ffmpeg.reason(code));
      }
      int index =
          avformat.av_find_best_stream(
              context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
      @Nullable AVStream stream = index < 0 ? null : context.streams(index);
      if (stream == null || (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
        throw new ImageException(
            "Expected video " + file + " to have pictures, but it has " + contents(context) + ".");
      }
      ImageLimits.require("Video " + file, stream.codecpar().width(), stream.codecpar().height());
      return new VideoContainer(file, context, stream);
    } catch (RuntimeException e) {
      avformat.avformat_close_input(context);
      throw e;
    }
  }

  /** The track, valid until this is closed. */
  AVStream stream() {
    return stream;
  }

  /** What {@link #next} fills; valid until the next call. */
  AVPacket packet() {
    return packet;
  }

  /** Reads the track's next packet; false at the end of the file. */
  boolean next() {
    while (true) {
      avcodec.av_packet_unref(packet);
      int code = avformat.av_read_frame(context, packet);
      if (code == avutil.AVERROR_EOF()) {
        if (context.pb() != null && context.pb().error() < 0) {
          throw broken(Ffmpeg.reason(context.pb().error()));
        }
        return false;
      }
      if (code < 0) {
        throw broken(Ffmpeg.reason(code));
      }
      if (packet.stream_index() == stream.index()) {
        return true;
      }
    }
  }

  /** Goes to the key frame at or before {@code time}; false where the file does not allow it. */
  boolean seek(long time) {
    return avformat.av_seek_frame(context, stream.index(), time, avformat.AVSEEK_FLAG_BACKWARD)
        >= 0;
  }

  /** What to throw about a file that breaks off or contradicts itself. */
  ImageException broken(String reason) {
    return broken(file, reason);
  }

  private static ImageException broken(Path file, String reason) {
    return new ImageException("Expected video " + file + " to be sound, but " + reason + ".");
  }

  private static AVFormatContext openInput(Path file) {
    String url = "file:" + file.toAbsolutePath();
    Charset fileNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    try (BytePointer name = new BytePointer(url, fileNames)) {
      AVDictionary options = new AVDictionary(null);
      avutil.av_dict_set(options, "format_whitelist", FORMATS, 0);
      avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
      AVFormatContext context = new AVFormatContext(null);
      int code = avformat.avformat_open_input(context, name, null, options);
      avutil.av_dict_free(options);
      if (code < 0) {
        throw new ImageException(
            "Expected video "
                + file
                + " to be a sound MP4, MOV, WebM, Matroska or GIF file, but opening it failed: "
                + Ffmpeg.reason(code)
                + ".");
      }
      return context;
    }
  }

  private static void requireFile(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new ImageException("Expected a video file, but " + file + " does not exist.");
      }
      if (!Files.isRegularFile(file)) {
        throw new ImageException("Expected a video file, but " + file + " is none.");
      }
      if (!Files.isReadable(file)) {
        throw new ImageException("Expected a readable video file, but may not read " + file + ".");
      }
      if (Files.size(file) == 0) {
        throw new ImageException("Expected a video file, but " + file + " is empty.");
      }
      BrokenOff.require(file);
    } catch (IOException e) {
      throw new ImageException(
          "Expected a readable video file, but reading "
              + file
              + " failed: "
              + e.getMessage()
              + ".",
          e);
    }
  }

  private static String contents(AVFormatContext context) {
    for (int i = 0; i < context.nb_streams(); i++) {
      if (context.streams(i).codecpar().codec_type() == avutil.AVMEDIA_TYPE_AUDIO) {
        return "only sound";
      }
    }
    return "none";
  }

  @Override
  public void close() {
    avcodec.av_packet_free(packet);
    avformat.avformat_close_input(context);
  }
}
