// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;
import org.tokenzip.runtime.NativeRuntime;

/** The offsets that {@link Call} writes at are those the C compiler gave the struct. */
class StructLayoutTest {
  @Test
  void offsetsAreThoseOfTheCompiler() {
    NativeRuntime.load();
    assertThat(Pointer.sizeof(TkzTensor.class)).isEqualTo(TkzTensor.BYTES);
    ByteBuffer memory = ByteBuffer.allocateDirect(TkzTensor.BYTES).order(ByteOrder.nativeOrder());
    Pointer address = new Pointer(memory);
    TkzTensor struct = new TkzTensor(address).data(address).dtype(2).ndim(3);
    for (int i = 0; i < TokenZipLibrary.MAX_DIMS; i++) {
      struct.shape(i, 10 + i).stride(i, 20 + i);
    }
    assertThat(memory.getLong(TkzTensor.DATA)).isEqualTo(address.address());
    assertThat(memory.getInt(TkzTensor.DTYPE)).isEqualTo(2);
    assertThat(memory.getInt(TkzTensor.NDIM)).isEqualTo(3);
    for (int i = 0; i < TokenZipLibrary.MAX_DIMS; i++) {
      assertThat(memory.getLong(TkzTensor.SHAPE + i * Long.BYTES)).isEqualTo(10 + i);
      assertThat(memory.getLong(TkzTensor.STRIDE + i * Long.BYTES)).isEqualTo(20 + i);
    }
  }
}
