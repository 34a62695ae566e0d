// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.tokenzip.model.LlavaModel;

/** What answering takes, shared by all requests and conversations of a pipeline. Thread-safe. */
record Engine(
    LlavaModel model, ImageEncoder encoder, PromptWriter writer, TextGenerator generator) {}
