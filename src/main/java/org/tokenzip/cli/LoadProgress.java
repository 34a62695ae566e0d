// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.tokenzip.weights.LoadListener;

/** A progress bar on stderr, wiped when it is done; nothing where stderr is no terminal. */
final class LoadProgress implements LoadListener, AutoCloseable {
  private static final long MEGABYTE = 1_000_000;
  private static final int UPDATE_MILLIS = 100;

  private final Terminal terminal;
  private @Nullable ProgressBar bar;

  LoadProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void loaded(Progress progress) {
    if (!terminal.showsProgress()) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("loading")
              .setInitialMax(progress.totalBytes())
              .setUnit(" MB", MEGABYTE)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setConsumer(new StatusLine(terminal))
              .clearDisplayOnFinish()
              .build();
    }
    bar.stepTo(progress.loadedBytes());
    bar.setExtraMessage(String.valueOf(progress.file().getFileName()));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
