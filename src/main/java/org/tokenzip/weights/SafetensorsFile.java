// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One open safetensors file: its checked header and its bytes, mapped into memory on demand.
 *
 * <p>The whole header is checked when the file is opened, so that everything {@link #tensors()}
 * says can be relied on. The file must not be changed while it is open. Instances may be shared
 * between threads.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile implements AutoCloseable {
  /** The format's own bound. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final MappedWindows windows;

  private SafetensorsFile(Path path, FileChannel channel, long longestWindow) throws IOException {
    this.path = path;
    this.channel = channel;
    this.header = readHeader(path, channel);
    this.windows = new MappedWindows(channel, header.tensors().values(), longestWindow);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws CheckpointException if there is no such readable file or its header breaks a rule of
   *     the format
   */
  public static SafetensorsFile open(Path path) {
    return open(path, Integer.MAX_VALUE);
  }

  static SafetensorsFile open(Path path, long longestWindow) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(path + ": expected a safetensors file, found " + found(path));
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return new SafetensorsFile(path, channel, longestWindow);
    } catch (IOException e) {
      closeAfter(e, channel);
      throw new CheckpointException(path + ": cannot be read (" + e + ")", e);
    } catch (RuntimeException e) {
      closeAfter(e, channel);
      throw e;
    }
  }

  /** Where the file was opened. */
  public Path path() {
    return path;
  }

  /** Every tensor by its name in the file, in the order of the header. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  /** The free-form {@code __metadata__}; empty if the file has none. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /**
   * The bytes of a tensor, as a read-only little-endian view of the mapping. The view stays valid
   * as long as it is reachable, also after {@link #close()}.
   *
   * @throws CheckpointException if there is no such tensor, or it exceeds 2 GiB, which a buffer
   *     cannot hold: use {@link #read}
   */
  public ByteBuffer bytes(String name) {
    TensorInfo tensor = info(name);
    ByteBuffer mapped = map(tensor);
    if (mapped == null) {
      throw new CheckpointException(
          String.format(
              "%s: tensor '%s' has %d bytes, expected at most %d for one buffer",
              path, name, tensor.length(), Integer.MAX_VALUE));
    }
    return mapped;
  }

  /**
   * Fills the rest of {@code into} with bytes of a tensor, without mapping anything.
   *
   * @param position offset of the first byte within the tensor
   */
  public void read(TensorInfo tensor, long position, ByteBuffer into) {
    if (position < 0 || position + into.remaining() > tensor.length()) {
      throw new IndexOutOfBoundsException(
          String.format(
              "bytes %d to %d of tensor '%s', which has %d",
              position, position + into.remaining(), tensor.name(), tensor.length()));
    }
    try {
      readFully(path, channel, tensor.offset() + position, into);
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read (" + e + ")", e);
    }
  }

  /**
   * A tensor as a contiguous libtorch tensor on the CPU, which the caller closes. It is a view of
   * the mapping and must not be used, nor any view of it, once this file is closed; a tensor beyond
   * 2 GiB or at an unaligned offset is copied.
   *
   * @throws CheckpointException if there is no such tensor, or libtorch has no such element type
   */
  public Tensor tensor(String name) {
    return TensorLoader.load(this, info(name));
  }

  /** What the header says of a tensor; a {@link CheckpointException} if there is none. */
  public TensorInfo info(String name) {
    TensorInfo tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(path + ": expected a tensor '" + name + "', found none");
    }
    return tensor;
  }

  /** The mapped bytes of {@code tensor}, or null if it is too long for a window. */
  @Nullable ByteBuffer map(TensorInfo tensor) {
    try {
      return windows.slice(tensor);
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be mapped into memory (" + e + ")", e);
    }
  }

  /** Closes the file. Idempotent. The system takes a mapping back when no view of it is left. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be closed (" + e + ")", e);
    }
  }

  private static SafetensorsHeader readHeader(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new CheckpointException(
          String.format(
              "%s: expected a safetensors file of at least %d bytes, got %d",
              path, LENGTH_BYTES, size));
    }
    ByteBuffer prefix = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(path, channel, 0, prefix);
    long length = prefix.getLong(0);
    long most = Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES);
    if (length < 2 || length > most) {
      throw new CheckpointException(
          String.format(
              "%s: safetensors header must have 2 to %d bytes, got %s",
              path, most, Long.toUnsignedString(length)));
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    readFully(path, channel, LENGTH_BYTES, json);
    long dataStart = LENGTH_BYTES + length;
    return SafetensorsHeader.parse(path.toString(), json.array(), dataStart, size - dataStart);
  }

  private static void readFully(Path path, FileChannel channel, long position, ByteBuffer into)
      throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int count = channel.read(into, at);
      if (count < 0) {
        throw new CheckpointException(path + ": the file ended early, at byte " + at);
      }
      at += count;
    }
  }

  private static String found(Path path) {
    return Files.isDirectory(path) ? "a directory" : "no such file";
  }

  private static void closeAfter(Exception failure, @Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
