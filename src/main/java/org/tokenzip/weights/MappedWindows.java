// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Read-only mappings of a file, cut at tensor borders so that each tensor lies in one window. A
 * Java buffer ends at 2 GiB: a longer tensor has no window and must be read instead. A window is
 * mapped when first asked for, and stays mapped as long as this object or a slice of it is
 * reachable.
 */
final class MappedWindows {
  private final FileChannel channel;
  private final TreeMap<Long, Window> windows = new TreeMap<>();

  /**
   * Plans the windows; maps nothing yet.
   *
   * @param longest window length in bytes, at most {@link Integer#MAX_VALUE}
   */
  MappedWindows(FileChannel channel, Collection<TensorInfo> tensors, long longest) {
    this.channel = channel;
    List<TensorInfo> ordered = new ArrayList<>(tensors);
    // Empty tensors first, so that a window only ever grows.
    ordered.sort(Comparator.comparingLong(TensorInfo::offset).thenComparing(TensorInfo::length));
    Window window = null;
    for (TensorInfo tensor : ordered) {
      if (tensor.length() > longest) {
        window = null;
      } else if (window == null || tensor.offset() + tensor.length() - window.start > longest) {
        window = new Window(tensor.offset(), tensor.length());
        windows.put(window.start, window);
      } else {
        window.length = tensor.offset() + tensor.length() - window.start;
      }
    }
  }

  /** The bytes of {@code tensor}, or null if it is too long for one window. */
  @Nullable ByteBuffer slice(TensorInfo tensor) throws IOException {
    Map.Entry<Long, Window> entry = windows.floorEntry(tensor.offset());
    if (entry == null) {
      return null;
    }
    Window window = entry.getValue();
    long start = tensor.offset() - window.start;
    if (start + tensor.length() > window.length) {
      return null;
    }
    return window
        .map(channel)
        .slice((int) start, (int) tensor.length())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Start and length of each planned window, in file order. */
  List<long[]> plan() {
    return windows.values().stream().map(w -> new long[] {w.start, w.length}).toList();
  }

  private static final class Window {
    final long start;
    long length;
    private @Nullable ByteBuffer mapping;

    Window(long start, long length) {
      this.start = start;
      this.length = length;
    }

    synchronized ByteBuffer map(FileChannel channel) throws IOException {
      if (mapping == null) {
        mapping = channel.map(FileChannel.MapMode.READ_ONLY, start, length);
      }
      return mapping;
    }
  }
}
