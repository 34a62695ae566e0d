// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import org.tokenzip.tensor.DType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code fp32}, {@code fp16}, {@code bf16}. */
final class DTypeConverter implements ITypeConverter<DType> {
  @Override
  public DType convert(String value) {
    try {
      return DType.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
