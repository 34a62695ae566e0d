// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PositionPolicy;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.LlamaConfig;

/**
 * Keys and values of the tokens a decoder has seen, preallocated per layer as [B, Hkv, capacity,
 * d].
 *
 * <p>Rows are aligned at the right: row b begins with {@code padding(b)} positions that nothing
 * attends to, and its first real token is at rotary position 0. After a prefill with a method
 * inside the language model some layers hold fewer tokens than others; positions are still counted
 * as if nothing were missing. One thread at a time may use a cache. Made by {@link
 * LlamaDecoder#newCache}; the caller closes it.
 */
public final class KvCache implements AutoCloseable {
  private final int[] padding;
  private final boolean padded;
  private final LlamaConfig config;
  private final DType dtype;
  private final Device device;
  private final Tensor[] keys;
  private final Tensor[] values;
  private final long[] missing; // tokens that each layer does not hold
  private PositionPolicy policy = PositionPolicy.PACKED;
  private long reduced;
  private @Nullable Tensor paddingMask; // [B, 1, 1, capacity], null without padding
  private long capacity;
  private long length;

  KvCache(LlamaConfig config, DType dtype, Device device, long capacity, int... padding) {
    this.config = config;
    this.dtype = dtype;
    this.device = device;
    this.padding = padding.clone();
    this.padded = Arrays.stream(padding).anyMatch(p -> p > 0);
    this.capacity = capacity;
    keys = new Tensor[config.layers()];
    values = new Tensor[config.layers()];
    missing = new long[config.layers()];
    try (TensorScope scope = new TensorScope()) {
      for (int i = 0; i < keys.length; i++) {
        keys[i] = allocate(capacity);
        values[i] = allocate(capacity);
      }
      paddingMask = padded ? newPaddingMask(capacity) : null;
      own(); // last, so that the scope frees what a failure leaves unfinished
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
  }

  /** Number of rows. */
  public int batch() {
    return padding.length;
  }

  /** Positions filled in every row, padding included. */
  public long length() {
    return length;
  }

  /** Tokens that {@code layer} holds of every row, padding included. */
  public long length(int layer) {
    return length - missing[layer];
  }

  /**
   * Length of the beginning that a method inside the language model has chosen from; 0 if none has.
   */
  public long reducedPrefix() {
    return reduced;
  }

  /** Memory that keys and values take. */
  public long bytes() {
    long bytes = 0;
    for (int i = 0; i < keys.length; i++) {
      bytes += keys[i].nbytes() + values[i].nbytes();
    }
    return bytes;
  }

  /** Positions there is memory for. */
  public long capacity() {
    return capacity;
  }

  /** Positions at the start of {@code row} that hold no token. */
  public int padding(int row) {
    return padding[row];
  }

  /**
   * Makes room for at least {@code positions} in all, moving what is there if need be. The cache
   * stays as usable as it was if there is not enough memory.
   *
   * @throws IllegalArgumentException if that is more than the model was trained for
   * @throws LibtorchException if there is not enough memory
   */
  public void reserve(long positions) {
    if (positions <= capacity) {
      return;
    }
    requireTrained(positions, config);
    try (TensorScope scope = new TensorScope()) {
      for (int i = 0; i < keys.length; i++) {
        keys[i] = moved(keys[i], length(i), positions - missing[i]);
        values[i] = moved(values[i], length(i), positions - missing[i]);
      }
      if (paddingMask != null) {
        Tensor longer = TensorScope.own(newPaddingMask(positions));
        paddingMask.close();
        paddingMask = longer;
      }
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
    capacity = positions;
  }

  /**
   * Forgets everything after the first {@code positions}, padding included.
   *
   * @throws IllegalArgumentException if the cache holds fewer, or they end within the {@link
   *     #reducedPrefix}, of which the layers hold different parts
   */
  public void truncate(long positions) {
    if (positions < reduced) {
      throw new IllegalArgumentException(
          "truncate: expected at least the "
              + reduced
              + " positions that visual tokens were chosen from, got "
              + positions);
    }
    if (positions < 0 || positions > length) {
      throw new IllegalArgumentException(
          "truncate: expected at most the " + length + " positions held, got " + positions);
    }
    length = positions;
  }

  /** Frees the memory. Idempotent. */
  @Override
  public void close() {
    for (int i = 0; i < keys.length; i++) {
      keys[i].close();
      values[i].close();
    }
    if (paddingMask != null) {
      paddingMask.close();
    }
  }

  static void requireTrained(long positions, LlamaConfig config) {
    if (positions > config.maxPositions()) {
      throw new IllegalArgumentException(
          "sequence: expected at most "
              + config.maxPositions()
              + " positions, which the model was trained for, got "
              + positions);
    }
  }

  boolean padded() {
    return padded;
  }

  /** Stores the keys [B, Hkv, S, d] of the tokens at hand; all keys so far, [B, Hkv, L, d]. */
  Tensor appendKeys(int layer, Tensor added) {
    return append(keys[layer], length(layer), added);
  }

  /** Stores the values [B, Hkv, S, d] of the tokens at hand; all values so far. */
  Tensor appendValues(int layer, Tensor added) {
    return append(values[layer], length(layer), added);
  }

  /** Makes what all layers have appended part of the cache: a step that fails leaves no trace. */
  void advance(long count, @Nullable VisualBlock block) {
    if (block != null) {
      shrink(count, block);
    }
    length += count;
  }

  /** Rotary position of the next token in {@code layer}, of a row without padding. */
  long nextPosition(int layer) {
    return policy == PositionPolicy.PACKED ? length(layer) : length;
  }

  /** Rotary positions of the next {@code count} tokens of every row, row-major; 0 on padding. */
  long[] positions(long count) {
    long[] positions = new long[Math.toIntExact(Math.multiplyExact(batch(), count))];
    int at = 0;
    for (int pad : padding) {
      for (long column = length; column < length + count; column++) {
        positions[at++] = Math.max(0, column - pad);
      }
    }
    return positions;
  }

  /**
   * What keeps the next {@code count} queries from keys of {@code layer} they may not see, to be
   * added to the logits: [1 or B, 1, count, L], or null if every query sees every key.
   */
  @Nullable Tensor mask(int layer, long count) {
    long before = length(layer);
    long total = before + count;
    if (count == 1) {
      return paddingMask == null ? null : paddingMask.narrow(3, 0, total);
    }
    int rows = padded ? batch() : 1;
    Tensor mask = hide(Tensors.empty(dtype, device, rows, 1, count, total)).triu_(before + 1);
    for (int row = 0; row < rows; row++) {
      Tensor pairs = mask.select(0, row).select(0, 0); // [count, L]
      hidePadding(pairs, row);
      // Padding sees itself: a row of nothing but -inf would turn into NaN and spread.
      pairs.diagonal(before, 0, 1).zero_();
    }
    return mask;
  }

  private static Tensor append(Tensor buffer, long held, Tensor added) {
    long count = added.size(2);
    buffer.narrow(2, held, count).copy_(added);
    return buffer.narrow(2, 0, held + count);
  }

  /** Gives back the memory of {@code count} new positions that layers have not appended to. */
  private void shrink(long count, VisualBlock block) {
    long whole = capacity;
    capacity = 0; // until every layer has room for the same positions, should memory run out
    try (TensorScope scope = new TensorScope()) {
      for (int i = 0; i < keys.length; i++) {
        long gone = block.count() - block.attended().get(i).longValue();
        if (gone > 0) {
          keys[i] = moved(keys[i], count - gone, whole - gone);
          values[i] = moved(values[i], count - gone, whole - gone);
        }
      }
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
    capacity = whole;
    for (int i = 0; i < keys.length; i++) {
      missing[i] = block.count() - block.attended().get(i).longValue();
    }
    policy = block.policy();
    reduced = block.end();
  }

  private Tensor allocate(long positions) {
    return Tensors.empty(dtype, device, batch(), config.kvHeads(), positions, config.headDim());
  }

  private void own() {
    for (int i = 0; i < keys.length; i++) {
      TensorScope.own(keys[i]);
      TensorScope.own(values[i]);
    }
    if (paddingMask != null) {
      TensorScope.own(paddingMask);
    }
  }

  /** The first {@code held} tokens of {@code buffer}, which is freed, with room for others. */
  private Tensor moved(Tensor buffer, long held, long room) {
    Tensor other = allocate(room);
    other.narrow(2, 0, held).copy_(buffer.narrow(2, 0, held));
    buffer.close();
    return TensorScope.own(other);
  }

  private Tensor newPaddingMask(long positions) {
    Tensor mask = Tensors.empty(dtype, device, batch(), 1, 1, positions).zero_();
    for (int row = 0; row < batch(); row++) {
      hidePadding(mask.select(0, row).select(0, 0), row);
    }
    return mask;
  }

  /** Hides the padding of {@code row} in its part of a mask [queries, keys]. */
  private void hidePadding(Tensor pairs, int row) {
    hide(pairs.narrow(1, 0, Math.min(padding[row], pairs.size(1))));
  }

  private static Tensor hide(Tensor pairs) {
    try (Scalar never = new Scalar(Float.NEGATIVE_INFINITY)) {
      return pairs.fill_(never);
    }
  }
}
