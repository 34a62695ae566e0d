// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.runtime.Device;

/**
 * Memory of any origin as the operators see it: an address, an element type, a device, a shape and
 * strides. Nothing of libtorch is needed to make or use one.
 *
 * <p>Immutable; the memory itself is borrowed. What a factory is given stays reachable for as long
 * as the tensor is; memory that is freed by hand, or belongs to a scope, has to outlive every call
 * that uses it (on a CUDA device: the stream's work).
 *
 * <p>Factories refuse memory that is too short for the shape, that lies on the Java heap, that is
 * not aligned to its elements, and buffers whose byte order is not the machine's.
 */
public final class NativeTensor {
  /** Stands for memory whose size somebody else vouches for. */
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final @Nullable Object owner;
  private final long address;
  private final long room;
  private final boolean readOnly;
  private final @Nullable ElementType type;
  private final String typeName;
  private final Device device;
  private final long[] shape;
  private final long[] strides;

  private NativeTensor(
      @Nullable Object owner,
      long address,
      long room,
      boolean readOnly,
      @Nullable ElementType type,
      String typeName,
      Device device,
      long[] shape,
      long[] strides) {
    this.owner = owner;
    this.address = address;
    this.room = room;
    this.readOnly = readOnly;
    this.type = type;
    this.typeName = typeName;
    this.device = device;
    this.shape = shape;
    this.strides = strides;
  }

  /** fp32 elements from the position of {@code memory} on, in row-major order, on the CPU. */
  public static NativeTensor of(FloatPointer memory, long... shape) {
    return of(memory, ElementType.FP32, Device.CPU, shape);
  }

  /** int32 elements from the position of {@code memory} on, in row-major order, on the CPU. */
  public static NativeTensor of(IntPointer memory, long... shape) {
    return of(memory, ElementType.INT32, Device.CPU, shape);
  }

  /** int64 elements from the position of {@code memory} on, in row-major order, on the CPU. */
  public static NativeTensor of(LongPointer memory, long... shape) {
    return of(memory, ElementType.INT64, Device.CPU, shape);
  }

  /**
   * Elements from the position of {@code memory} on, in row-major order.
   *
   * @param memory its limit, or else its capacity, says how much there is; a plain {@link Pointer}
   *     counts bytes
   * @param device where the address is valid
   */
  public static NativeTensor of(Pointer memory, ElementType type, Device device, long... shape) {
    long unit = memory.sizeof();
    long end = memory.limit() > 0 ? memory.limit() : memory.capacity();
    return of(
        memory,
        memory.isNull() ? 0 : memory.address() + memory.position() * unit,
        Math.multiplyExact(end - memory.position(), unit),
        false,
        type,
        device,
        shape);
  }

  /**
   * Elements from the position of a direct buffer to its limit, in row-major order, on the CPU. A
   * read-only buffer can be an input.
   *
   * @param memory direct and in the machine's byte order, which is not the order of a new buffer
   */
  public static NativeTensor of(ByteBuffer memory, ElementType type, long... shape) {
    return of(memory, memory.order(), 1, type, shape);
  }

  /** fp32 elements, as {@link #of(ByteBuffer, ElementType, long...)}. */
  public static NativeTensor of(FloatBuffer memory, long... shape) {
    return of(memory, memory.order(), Float.BYTES, ElementType.FP32, shape);
  }

  /** int32 elements, as {@link #of(ByteBuffer, ElementType, long...)}. */
  public static NativeTensor of(IntBuffer memory, long... shape) {
    return of(memory, memory.order(), Integer.BYTES, ElementType.INT32, shape);
  }

  /**
   * Elements at an address that another library names, in row-major order.
   *
   * @param bytes how much memory there is
   * @param owner kept reachable with the tensor; may be null
   */
  public static NativeTensor atAddress(
      long address,
      long bytes,
      @Nullable Object owner,
      ElementType type,
      Device device,
      long... shape) {
    return of(owner, address, bytes, false, type, device, shape);
  }

  /** A view that somebody else vouches for; {@code type} is null for types without a code. */
  static NativeTensor trusted(
      Object owner,
      long address,
      @Nullable ElementType type,
      String typeName,
      Device device,
      long[] shape,
      long[] strides) {
    return new NativeTensor(owner, address, UNKNOWN, false, type, typeName, device, shape, strides);
  }

  private static NativeTensor of(
      Buffer memory, ByteOrder order, int unit, ElementType type, long... shape) {
    if (!memory.isDirect()) {
      throw new IllegalArgumentException(
          "memory: expected a direct buffer, got one on the Java heap: " + memory);
    }
    if (!order.equals(ByteOrder.nativeOrder())) {
      throw new IllegalArgumentException(
          "memory: expected a buffer of byte order "
              + ByteOrder.nativeOrder()
              + ", got "
              + order
              + ": call order(ByteOrder.nativeOrder()) on it");
    }
    Pointer start = new Pointer(memory.slice());
    long address = start.isNull() ? 0 : start.address();
    long bytes = (long) memory.remaining() * unit;
    return of(memory, address, bytes, memory.isReadOnly(), type, Device.CPU, shape);
  }

  private static NativeTensor of(
      @Nullable Object owner,
      long address,
      long bytes,
      boolean readOnly,
      ElementType type,
      Device device,
      long... shape) {
    if (address % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "memory: expected an address aligned to "
              + type.bytes()
              + " bytes for "
              + type
              + ", got 0x"
              + Long.toHexString(address));
    }
    return new NativeTensor(
            owner,
            address,
            address == 0 ? 0 : bytes / type.bytes(),
            readOnly,
            type,
            type.toString(),
            device,
            shape.clone(),
            rowMajor(shape))
        .checked();
  }

  /**
   * The same memory read with other steps.
   *
   * @param elements step of each dimension, 0 or more
   */
  public NativeTensor withStrides(long... elements) {
    if (elements.length != shape.length) {
      throw new IllegalArgumentException(
          "strides: expected "
              + shape.length
              + " for shape "
              + text(shape)
              + ", got "
              + text(elements));
    }
    return new NativeTensor(
            owner, address, room, readOnly, type, typeName, device, shape, elements.clone())
        .checked();
  }

  private NativeTensor checked() {
    if (shape.length > TokenZipLibrary.MAX_DIMS) {
      throw new IllegalArgumentException(
          "shape: expected at most "
              + TokenZipLibrary.MAX_DIMS
              + " dimensions, got "
              + text(shape));
    }
    if (Arrays.stream(shape).anyMatch(extent -> extent < 0)) {
      throw new IllegalArgumentException(
          "shape: expected extents of 0 or more, got " + text(shape));
    }
    if (Arrays.stream(strides).anyMatch(stride -> stride < 0)) {
      throw new IllegalArgumentException("strides: expected 0 or more, got " + text(strides));
    }
    long needed = span();
    if (needed > room) {
      throw new IllegalArgumentException(
          "memory: expected room for "
              + needed
              + " elements of "
              + typeName
              + " for shape "
              + text(shape)
              + " with strides "
              + text(strides)
              + ", got "
              + (room == 0 ? "none (a pointer has to know its limit or capacity)" : room));
    }
    return this;
  }

  /** Elements from the first one to the last, both included. */
  private long span() {
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0) {
        return 0;
      }
      last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
    }
    return last + 1;
  }

  private static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = step;
      step = Math.multiplyExact(step, Math.max(shape[i], 1));
    }
    return strides;
  }

  /**
   * What the elements are.
   *
   * @throws IllegalStateException if this is a view of a tensor whose type no operator takes
   */
  public ElementType type() {
    if (type == null) {
      throw new IllegalStateException("no operator takes elements of type " + typeName);
    }
    return type;
  }

  /** Whether the elements are of one of these types; none stands for any floating-point format. */
  boolean isOf(ElementType... types) {
    ElementType own = type;
    return own != null
        && (types.length == 0 ? own.isFloatingPoint() : Arrays.asList(types).contains(own));
  }

  String typeName() {
    return typeName;
  }

  /** Where the memory is. */
  public Device device() {
    return device;
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Extent of one dimension. */
  public long size(int dimension) {
    return shape[dimension];
  }

  /** Step of one dimension, in elements. */
  public long stride(int dimension) {
    return strides[dimension];
  }

  /** The extents; a copy. */
  public long[] shape() {
    return shape.clone();
  }

  long address() {
    return address;
  }

  boolean isReadOnly() {
    return readOnly;
  }

  boolean isContiguous() {
    return span() == 0 || Arrays.equals(strides, rowMajor(shape)) || span() == 1;
  }

  /** The elements of a tensor on the CPU without gaps. */
  Pointer pointer() {
    return new Address(address, span() * type().bytes());
  }

  /** {@code int32 [2, 3]}. */
  @Override
  public String toString() {
    return typeName + " " + text(shape);
  }

  static String text(long... numbers) {
    return Arrays.toString(numbers);
  }

  /** A pointer that owns nothing. */
  private static final class Address extends Pointer {
    Address(long address, long bytes) {
      this.address = address;
      this.limit = bytes;
      this.capacity = bytes;
    }
  }
}
