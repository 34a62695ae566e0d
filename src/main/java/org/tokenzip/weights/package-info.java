// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Checkpoints in Hugging Face layout: safetensors files, their names and shapes, and the JSON files
 * beside them. Everything here reads; nothing writes or downloads.
 */
@NullMarked
package org.tokenzip.weights;

import org.jspecify.annotations.NullMarked;
