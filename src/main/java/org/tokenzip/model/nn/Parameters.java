// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.weights.CheckpointWeights;

/**
 * The parameters of a model while it is built and used: takes them from a checkpoint in one dtype,
 * on one device, and owns them together with the checkpoint they may be views of. Modules borrow
 * what they get here.
 */
public final class Parameters implements AutoCloseable {
  private final CheckpointWeights checkpoint;
  private final DType dtype;
  private final Device device;
  private final Deque<Pointer> owned = new ArrayDeque<>();

  /** Takes over {@code checkpoint}, which is closed with this. */
  public Parameters(CheckpointWeights checkpoint, DType dtype, Device device) {
    this.checkpoint = checkpoint;
    this.dtype = dtype;
    this.device = device;
  }

  /** Format of every parameter and of the activations computed with them. */
  public DType dtype() {
    return dtype;
  }

  /** Where the parameters are. */
  public Device device() {
    return device;
  }

  /** Whether the checkpoint has a parameter of this name. */
  public boolean has(String name) {
    return checkpoint.has(name);
  }

  /** Loads a parameter of exactly this shape. */
  public Tensor take(String name, long... shape) {
    return own(checkpoint.take(name, dtype, device, shape));
  }

  /**
   * Lets {@code pointer}, which modules use beside the parameters, live as long as they do. Safe
   * for concurrent use.
   */
  public synchronized <T extends Pointer> T own(T pointer) {
    owned.push(TensorScope.own(pointer));
    return pointer;
  }

  /** Frees every parameter and closes the checkpoint. Idempotent. */
  @Override
  public synchronized void close() {
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
    checkpoint.close();
  }
}
