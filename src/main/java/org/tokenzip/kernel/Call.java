// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary.Context;
import org.tokenzip.bind.TokenZipLibrary.TkzRagged;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeContext;
import org.tokenzip.runtime.NativeRuntime;

/**
 * The native side of one operator call: its context and stream, and the structs that describe its
 * arguments. Those are written into memory that the thread keeps, so a call allocates nothing.
 *
 * <p>Used in one expression: {@code call.check(tkz_…(call.context(), call.stream(), call.in("a",
 * a), call.out("b", b)))}. The object belongs to the thread and serves its next call too.
 */
final class Call {
  private static final int MOST_TENSORS = 24;
  private static final ThreadLocal<Call> OF_THREAD = ThreadLocal.withInitial(Call::new);

  private final Map<Class<?>, Pointer> structs = new HashMap<>();
  private final List<ByteBuffer> structMemory = new ArrayList<>();
  private final ByteBuffer memory;
  private final TkzTensor[] views = new TkzTensor[MOST_TENSORS];

  /** What the structs point to: it must not be collected before the native call has returned. */
  private final @Nullable Object[] kept = new Object[MOST_TENSORS];

  private final ByteBuffer sizeMemory = zeros(Long.BYTES);
  private final LongPointer size;

  private final LongBuffer addresses = zeros(MOST_TENSORS * Long.BYTES).asLongBuffer();
  private final Pointer addressesStart = new Pointer(addresses);

  private int used;
  private Device device = Device.CPU;
  private NativeContext context;

  private Call() {
    NativeRuntime.load();
    context = NativeContext.of(Device.CPU);
    size = new LongPointer(new Pointer(sizeMemory));
    memory = zeros(TkzTensor.BYTES * MOST_TENSORS);
    for (int i = 0; i < MOST_TENSORS; i++) {
      views[i] = new TkzTensor(new Pointer(memory.slice(i * TkzTensor.BYTES, TkzTensor.BYTES)));
    }
  }

  /** A call on the device of {@code tensor}. */
  static Call on(NativeTensor tensor) {
    Call call = OF_THREAD.get();
    Arrays.fill(call.kept, 0, call.used, null); // left behind by a call that was refused
    call.used = 0;
    call.device = tensor.device();
    call.context = NativeContext.of(call.device);
    return call;
  }

  /**
   * The thread's own struct of a type, whatever its last use left in it. Loads the natives.
   *
   * @param make its constructor
   */
  static <T extends Pointer> T struct(Class<T> type, Function<Pointer, T> make) {
    return OF_THREAD.get().ownStruct(type, make);
  }

  private <T extends Pointer> T ownStruct(Class<T> type, Function<Pointer, T> make) {
    Pointer struct = structs.get(type);
    if (struct == null) {
      ByteBuffer bytes = zeros(Pointer.sizeof(type));
      structMemory.add(bytes);
      struct = make.apply(new Pointer(bytes));
      structs.put(type, struct);
    }
    return type.cast(struct);
  }

  Context context() {
    return context.pointer();
  }

  @Nullable Pointer stream() {
    return context.stream();
  }

  /**
   * An argument that is read.
   *
   * @param types what its elements may be; none stands for fp32, fp16 and bf16
   */
  TkzTensor in(String name, NativeTensor tensor, ElementType... types) {
    if (!tensor.isOf(types)) {
      throw new IllegalArgumentException(
          name + ": expected dtype " + names(types) + ", got " + tensor.typeName());
    }
    if (!tensor.device().equals(device)) {
      throw new IllegalArgumentException(
          name + ": expected device " + device + ", got " + tensor.device());
    }
    int last = tensor.rank() - 1;
    if (last >= 0 && tensor.size(last) > 1 && tensor.stride(last) != 1) {
      throw new IllegalArgumentException(
          name + ": expected stride 1 in the last dimension, got " + tensor.stride(last));
    }
    int at = used * TkzTensor.BYTES;
    memory.putLong(at + TkzTensor.DATA, tensor.address());
    memory.putInt(at + TkzTensor.DTYPE, tensor.type().code());
    memory.putInt(at + TkzTensor.NDIM, tensor.rank());
    for (int i = 0; i < tensor.rank(); i++) {
      memory.putLong(at + TkzTensor.SHAPE + i * Long.BYTES, tensor.size(i));
      memory.putLong(at + TkzTensor.STRIDE + i * Long.BYTES, tensor.stride(i));
    }
    kept[used] = tensor;
    return views[used++];
  }

  /** The address of an array of arguments that are read, at most {@code most} of them. */
  long array(String name, List<NativeTensor> tensors, int most) {
    if (tensors.size() > most) {
      throw new IllegalArgumentException(
          name + ": expected at most " + most + ", got " + tensors.size());
    }
    for (int i = 0; i < tensors.size(); i++) {
      addresses.put(i, in(name + "[" + i + "]", tensors.get(i)).address());
    }
    return addressesStart.address();
  }

  /** As {@link #in}, for an argument that may be left out. */
  @Nullable TkzTensor optional(String name, @Nullable NativeTensor tensor, ElementType... types) {
    return tensor == null ? null : in(name, tensor, types);
  }

  /** An argument that is overwritten. */
  TkzTensor out(String name, NativeTensor tensor, ElementType... types) {
    if (tensor.isReadOnly()) {
      throw new IllegalArgumentException(
          name + ": expected memory to write to, got a read-only buffer");
    }
    return in(name, tensor, types);
  }

  /** As {@link #out}, for a result that nobody may want. */
  @Nullable TkzTensor optionalOut(
      String name, @Nullable NativeTensor tensor, ElementType... types) {
    return tensor == null ? null : out(name, tensor, types);
  }

  /** A contiguous result of which the native side takes the address alone. */
  long address(String name, NativeTensor tensor, ElementType type, long... extents) {
    out(name, tensor, type);
    if (!Arrays.equals(tensor.shape(), extents)) {
      throw new IllegalArgumentException(
          name
              + ": expected shape "
              + NativeTensor.text(extents)
              + ", got "
              + NativeTensor.text(tensor.shape()));
    }
    if (!tensor.isContiguous()) {
      throw new IllegalArgumentException(
          name + ": expected a contiguous tensor, got a strided one");
    }
    return tensor.address();
  }

  /** The address of int32 flags [pictures], or 0 where nobody wants them. */
  long flags(@Nullable NativeTensor nonFinite, long pictures) {
    return nonFinite == null ? 0 : address("nonFinite", nonFinite, ElementType.INT32, pictures);
  }

  @Nullable TkzRagged ragged(@Nullable Ragged ragged) {
    if (ragged == null) {
      return null;
    }
    in("offsets", ragged.offsets(), ElementType.INT32);
    return ownStruct(TkzRagged.class, TkzRagged::new)
        .size(Pointer.sizeof(TkzRagged.class))
        .batch(ragged.batch())
        .max_tokens(ragged.maxTokens())
        .offsets(ragged.offsets().address());
  }

  /** The address of an operator's workspace. */
  long workspace(Workspace workspace) {
    if (!workspace.device().equals(device)) {
      throw new IllegalArgumentException(
          "workspace: expected device " + device + ", got " + workspace.device());
    }
    kept[used++] = workspace.owner();
    return workspace.address();
  }

  /** The thread's variable for the number of bytes that a workspace needs. */
  static LongPointer size() {
    return OF_THREAD.get().size;
  }

  /** Throws what a status stands for; every argument may be freed afterwards on the CPU. */
  void check(int status) {
    Arrays.fill(kept, 0, used, null);
    used = 0;
    context.check(status);
  }

  /**
   * As {@link #check(int)}; where the call has ended by now, reads its flags as well.
   *
   * @param nonFinite int32 [B], contiguous; may be null
   */
  void check(int status, @Nullable NativeTensor nonFinite) {
    check(status);
    if (nonFinite != null && device.backend() != Backend.CUDA && nonFinite.size(0) > 0) {
      int[] flags = new int[Math.toIntExact(nonFinite.size(0))];
      new IntPointer(nonFinite.pointer()).get(flags);
      NonFinite.require(flags);
    }
  }

  private static String names(ElementType... types) {
    ElementType[] any = {ElementType.FP32, ElementType.FP16, ElementType.BF16};
    ElementType[] expected = types.length == 0 ? any : types;
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < expected.length; i++) {
      names.append(i == 0 ? "" : i == expected.length - 1 ? " or " : ", ").append(expected[i]);
    }
    return names.toString();
  }

  private static ByteBuffer zeros(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
