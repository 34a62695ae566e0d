// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/** A rectangle of pixels: the columns from {@code left}, the rows from {@code top}. */
record Window(int left, int top, int width, int height) {}
