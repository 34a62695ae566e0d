// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** What carries vision features into the language model's space. */
@NullMarked
package org.tokenzip.model.projector;

import org.jspecify.annotations.NullMarked;
