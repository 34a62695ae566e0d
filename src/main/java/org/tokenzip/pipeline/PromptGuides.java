// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.tokenzip.compress.PromptGuide;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.text.PromptTokenizer;

/** Makes the guides of a model's questions. Thread-safe. */
record PromptGuides(LlavaModel model, PromptTokenizer tokenizer, TextTowerFolder folder) {
  /**
   * The guide that {@code method} goes by in a prompt.
   *
   * @param tower that looked at what the prompt is about
   */
  PromptGuide of(VisionTower tower, String question, TokenCompressor method) {
    folder.prepare(method);
    TextTowerFolder.Loaded loaded = folder.get();
    return loaded == null
        ? new EmbeddingGuide(model, tokenizer, question)
        : new TextTowerGuide(tower, loaded.tower(), loaded.tokenizer(), question);
  }
}
