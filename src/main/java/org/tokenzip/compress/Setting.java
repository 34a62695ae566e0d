// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * A hyper-parameter of a method, as a user sets it with {@code --set name=value}.
 *
 * @param name of the parameter
 * @param fallback what it is when nobody sets it, in words or as a value
 * @param meaning one line
 */
public record Setting(String name, String fallback, String meaning) {}
