// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import org.tokenzip.runtime.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code cpu}, {@code cuda:0}. */
final class DeviceConverter implements ITypeConverter<Device> {
  @Override
  public Device convert(String value) {
    try {
      return Device.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
