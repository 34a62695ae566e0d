// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.tokenzip.bind.TokenZipLibrary;

class NativeRuntimeTest {
  @Test
  void contextsAreSharedByAllWhoAsk() {
    NativeContext context = NativeContext.of(Device.CPU);
    assertThat(NativeContext.of(Device.parse("cpu"))).isSameAs(context);
    assertThat(context.pointer().isNull()).isFalse();
    assertThat(context.stream()).isNull();
  }

  @Test
  void reportsWhatWasLoaded() {
    RuntimeReport report = NativeRuntime.report();
    assertThat(report.flavour()).isEqualTo(NativeRuntime.load());
    assertThat(report.problem()).isNull();
    assertThat(report.libraries()).containsKeys("tokenzip", "jnitokenzip", "torch_cpu", "jnitorch");
    assertThat(report.libraries().values()).allSatisfy(file -> assertThat(file).exists());
    assertThat(report.versions().get("glibc")).matches("\\d+\\.\\d+");
    assertThat(report.versions().get("pytorch")).startsWith("2.");
    assertThat(report.buildInfo()).isNotEmpty();
    assertThat(report.cpuFeatures()).contains("sse4_2");
  }

  @Test
  void aGpuThatIsNotThereIsRefusedWithTheReason() {
    RuntimeReport report = NativeRuntime.report();
    assumeTrue(report.cudaDevices() == 0, "this machine has a usable GPU");
    assertThatThrownBy(() -> NativeContext.of(Device.parse("cuda:0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device: expected one of the 0 usable cuda devices, got cuda:0: ")
        .hasMessageContaining(report.noCudaReason());
    for (String missing : CudaLibraries.missing()) {
      assertThat(report.noCudaReason()).contains(missing);
    }
  }

  @Test
  void aBackendThatIsNotBuiltIsRefused() {
    NativeRuntime.load();
    assumeTrue(
        TokenZipLibrary.tkz_has_backend(Backend.EMULATION.code()) == 0,
        "these natives have the emulation");
    assertThatThrownBy(() -> NativeContext.of(new Device(Backend.EMULATION, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device: expected one of the 0 usable emulation devices, got emulation.");
  }

  @Test
  void onlyEqualMinorsAreCompatibleBelowVersionOne() {
    assertThat(NativeRuntime.isCompatible(0x000100, 0x000105)).isTrue();
    assertThat(NativeRuntime.isCompatible(0x000100, 0x000200)).isFalse();
    assertThat(NativeRuntime.isCompatible(0x010000, 0x010203)).isTrue();
    assertThat(NativeRuntime.isCompatible(0x010000, 0x020000)).isFalse();
    assertThat(NativeRuntime.isCompatible(0x000100, 0x010100)).isFalse();
  }

  @Test
  void statusesBecomeExceptions() {
    NativeRuntime.load();
    Status.check(0);
    assertThatThrownBy(() -> Status.check(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Status.check(-2)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Status.check(-99)).isInstanceOf(IllegalStateException.class);
  }
}
