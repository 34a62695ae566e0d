// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Prompts as text and as token ids: tokenizer, streaming decoder, conversation templates. */
@NullMarked
package org.tokenzip.text;

import org.jspecify.annotations.NullMarked;
