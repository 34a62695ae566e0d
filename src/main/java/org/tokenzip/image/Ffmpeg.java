// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.tokenzip.runtime.NativeRuntime;

/** The ffmpeg libraries, where they are there: projects that read no videos leave them out. */
final class Ffmpeg {
  private static final String NATIVES = "/org/bytedeco/ffmpeg/linux-x86_64/";

  private Ffmpeg() {}

  /**
   * Loads the libraries; does nothing if they are loaded.
   *
   * @throws UnsupportedOperationException if the class path lacks them
   */
  static void load() {
    if (Ffmpeg.class.getResource("/org/bytedeco/ffmpeg/global/avformat.class") == null
        || Ffmpeg.class.getResource(NATIVES + "libjniavformat.so") == null) {
      throw new UnsupportedOperationException(
          "Reading a video needs org.bytedeco:ffmpeg on the class path, the artifact itself and"
              + " the one with the classifier linux-x86_64, but they are not there.");
    }
    Libraries.load();
  }

  /** One line about the error {@code code} of a call to ffmpeg. */
  static String reason(int code) {
    byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
    avutil.av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** Loaded once, by the class loader's own lock. */
  private static final class Libraries {
    static {
      NativeRuntime.loadBeside(
          NATIVES,
          () -> {
            Loader.load(avutil.class);
            Loader.load(avcodec.class);
            Loader.load(avformat.class);
            Loader.load(swscale.class);
          });
      // What matters arrives as a return code; the rest would litter stderr.
      avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    }

    private Libraries() {}

    static void load() {}
  }
}
