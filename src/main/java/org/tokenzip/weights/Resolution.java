// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/**
 * A size in pixels.
 *
 * @param width columns
 * @param height rows
 */
public record Resolution(int width, int height) {}
