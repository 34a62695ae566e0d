// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import java.util.Iterator;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.NativeRuntime;

/**
 * Lifetime of the tensors of one forward step.
 *
 * <p>Every native object the thread creates while the scope is open is freed when it closes, except
 * tensors handed to {@link #keep}: those go to the scope around this one, or to the caller when
 * there is none. While it is open the thread is in libtorch's inference mode, so nothing records
 * gradients; a tensor made here may be changed in place only inside another scope.
 *
 * <p>A scope belongs to the thread that opened it, and scopes close in reverse order of opening:
 * use try-with-resources.
 */
public final class TensorScope implements AutoCloseable {
  static {
    NativeRuntime.load();
  }

  private final Thread owner = Thread.currentThread();
  private final PointerScope pointers;

  /** Opens a scope on the calling thread. */
  public TensorScope() {
    pointers = new PointerScope();
    // Attached first, therefore released last: the mode outlives every tensor of the scope.
    new InferenceMode();
  }

  /**
   * Runs {@code body} in a scope of its own and keeps nothing but the tensor it returns, which must
   * have been made by it. Failures of libtorch come as {@link LibtorchException}.
   */
  public static Tensor compute(Supplier<Tensor> body) {
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(body.get());
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
  }

  /**
   * Makes {@code pointer} independent of the scopes open now: it lives until its owner closes it.
   *
   * @return {@code pointer}
   */
  public static <T extends Pointer> T own(T pointer) {
    pointer.retainReference();
    return pointer;
  }

  /**
   * Lets {@code tensor}, created in this scope, live on in the enclosing one. Without an enclosing
   * scope the caller closes it.
   *
   * @return {@code tensor}
   */
  public Tensor keep(Tensor tensor) {
    requireOwner();
    Iterator<PointerScope> open = PointerScope.getScopeIterator();
    while (open.hasNext()) {
      if (open.next() == pointers) {
        if (open.hasNext()) {
          open.next().attach(tensor);
        } else {
          tensor.retainReference();
        }
        return tensor;
      }
    }
    throw new IllegalStateException("keep() expects an open scope, but this scope is closed");
  }

  /** Frees everything created since the scope was opened and not kept. Idempotent. */
  @Override
  public void close() {
    requireOwner();
    pointers.close();
  }

  private void requireOwner() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "a TensorScope is confined to its thread: expected "
              + owner.getName()
              + ", got "
              + Thread.currentThread().getName());
    }
  }
}
