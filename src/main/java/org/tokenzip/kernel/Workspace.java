// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.tokenzip.runtime.Device;

/**
 * Scratch memory for an operator that has a {@code workspaceBytes}: borrowed, and the same memory
 * may serve any number of calls that do not run at once.
 */
public final class Workspace {
  /** Workspaces start at multiples of this, so that many bytes may be lost in front of one. */
  static final long ALIGNMENT = 256;

  private final Object owner;
  private final long address;
  private final long bytes;
  private final Device device;

  private Workspace(Object owner, long address, long bytes, Device device) {
    long lost = -address & (ALIGNMENT - 1);
    this.owner = owner;
    this.address = address + lost;
    this.bytes = Math.max(0, bytes - lost);
    this.device = device;
  }

  /** What a direct buffer has from its position to its limit. */
  public static Workspace of(ByteBuffer memory) {
    if (!memory.isDirect() || memory.isReadOnly()) {
      throw new IllegalArgumentException(
          "workspace: expected a direct buffer to write to, got " + memory);
    }
    Pointer start = new Pointer(memory.slice());
    return new Workspace(
        memory, start.isNull() ? 0 : start.address(), memory.remaining(), Device.CPU);
  }

  /** {@code bytes} bytes from the position of {@code memory} on, valid on {@code device}. */
  public static Workspace of(Pointer memory, long bytes, Device device) {
    long offset = memory.position() * memory.sizeof();
    return new Workspace(memory, memory.isNull() ? 0 : memory.address() + offset, bytes, device);
  }

  /** Memory that somebody else vouches for. */
  static Workspace trusted(Object owner, long address, long bytes, Device device) {
    return new Workspace(owner, address, bytes, device);
  }

  /** What to ask for so that {@code bytes} are left behind the first aligned address. */
  static long padded(long bytes) {
    return Math.addExact(bytes, ALIGNMENT);
  }

  /** What has to stay reachable while the memory is used. */
  Object owner() {
    return owner;
  }

  long address() {
    return address;
  }

  /** Bytes behind the first aligned address. */
  public long bytes() {
    return bytes;
  }

  Device device() {
    return device;
  }
}
