// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Text towers that were trained together with a vision tower. */
@NullMarked
package org.tokenzip.model.text;

import org.jspecify.annotations.NullMarked;
