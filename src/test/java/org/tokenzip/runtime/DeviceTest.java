// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda:0", "cuda:17"})
  void namesReadBack(String name) {
    assertThat(Device.parse(name)).hasToString(name);
  }

  @Test
  void cudaAloneIsTheFirstDevice() {
    assertThat(Device.parse("cuda")).isEqualTo(new Device(Backend.CUDA, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:9999", "CPU", "cpu:0", "emulation"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Device.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device: expected cpu or cuda:0, got \"" + name + "\"");
  }

  @Test
  void thereIsOneCpu() {
    assertThatThrownBy(() -> new Device(Backend.CPU, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 1");
  }
}
