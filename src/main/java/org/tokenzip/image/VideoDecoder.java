// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the frames that are shown at given times. Holds the frame shown now and the one after it;
 * goes on from there, or from a key frame if one lies between. One thread at a time.
 */
final class VideoDecoder implements AutoCloseable {
  private final Path file;
  private final VideoTimeline timeline;
  private final FrameConverter converter;
  private VideoContainer container;
  private AVCodecContext codec;
  private AVFrame shown = avutil.av_frame_alloc();
  private AVFrame following = avutil.av_frame_alloc();
  private boolean hasShown;
  private boolean hasFollowing;
  private boolean inputEnded;
  private boolean fromStart = true;
  private boolean seekable = true;

  VideoDecoder(Path file, VideoTimeline timeline) {
    this.file = file;
    this.timeline = timeline;
    container = VideoContainer.open(file);
    try {
      codec = openCodec(container);
    } catch (RuntimeException e) {
      container.close();
      throw e;
    }
    converter = new FrameConverter("Video " + file, container.stream().codecpar());
  }

  /** The frame that is shown at {@code time}; times must not decrease from call to call. */
  RgbImage at(long time) {
    @Nullable Long key = timeline.keyFrames().floor(time);
    if (seekable && key != null && key > position()) {
      seek(key);
    }
    advance(time);
    if (!hasShown && !fromStart) {
      // The container's index led past the frame: from the beginning then, and for good.
      seekable = false;
      reopen();
      advance(time);
    }
    if (!hasShown) {
      throw container.broken("none of its frames can be decoded");
    }
    return converter.convert(shown);
  }

  /**
   * Decodes until the frame after the shown one begins later than {@code time}. The first of the
   * file is shown from the start, whatever its timestamp.
   */
  private void advance(long time) {
    while (hasFollowing || decode()) {
      if (following.best_effort_timestamp() > time && (hasShown || !fromStart)) {
        return;
      }
      AVFrame free = shown;
      shown = following;
      following = free;
      hasShown = true;
      hasFollowing = false;
    }
  }

  /** Timestamp that decoding has reached. */
  private long position() {
    return hasFollowing
        ? following.best_effort_timestamp()
        : hasShown ? shown.best_effort_timestamp() : timeline.start();
  }

  private void seek(long time) {
    if (!container.seek(time)) {
      seekable = false;
      return;
    }
    avcodec.avcodec_flush_buffers(codec);
    forget();
    fromStart = false;
  }

  private void reopen() {
    close(container, codec);
    container = VideoContainer.open(file);
    codec = openCodec(container);
    forget();
    fromStart = true;
  }

  private void forget() {
    hasShown = false;
    hasFollowing = false;
    inputEnded = false;
  }

  /** Fills {@link #following}; false after the last frame. */
  private boolean decode() {
    while (true) {
      int code = avcodec.avcodec_receive_frame(codec, following);
      if (code >= 0) {
        if (following.best_effort_timestamp() == avutil.AV_NOPTS_VALUE) {
          continue; // cannot be placed in time
        }
        hasFollowing = true;
        return true;
      }
      if (code == avutil.AVERROR_EOF()) {
        return false;
      }
      if (code != avutil.AVERROR_EAGAIN() || inputEnded) {
        throw container.broken(Ffmpeg.reason(code));
      }
      inputEnded = !container.next();
      code = avcodec.avcodec_send_packet(codec, inputEnded ? null : container.packet());
      if (code < 0 && code != avutil.AVERROR_EOF()) {
        throw container.broken(Ffmpeg.reason(code));
      }
    }
  }

  private static AVCodecContext openCodec(VideoContainer container) {
    AVCodecParameters parameters = container.stream().codecpar();
    @Nullable AVCodec decoder = avcodec.avcodec_find_decoder(parameters.codec_id());
    if (decoder == null || decoder.isNull()) {
      throw container.broken(
          "there is no decoder for " + avcodec.avcodec_get_name(parameters.codec_id()).getString());
    }
    AVCodecContext codec = avcodec.avcodec_alloc_context3(decoder);
    avcodec.avcodec_parameters_to_context(codec, parameters);
    codec.pkt_timebase(container.stream().time_base());
    int code = avcodec.avcodec_open2(codec, decoder, (AVDictionary) null);
    if (code < 0) {
      avcodec.avcodec_free_context(codec);
      throw container.broken(Ffmpeg.reason(code));
    }
    return codec;
  }

  private static void close(VideoContainer container, AVCodecContext codec) {
    avcodec.avcodec_free_context(codec);
    container.close();
  }

  @Override
  public void close() {
    avutil.av_frame_free(shown);
    avutil.av_frame_free(following);
    converter.close();
    close(container, codec);
  }
}
