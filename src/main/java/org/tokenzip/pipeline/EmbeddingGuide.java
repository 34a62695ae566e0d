// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.PromptGuide;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.text.PromptTokenizer;

/**
 * Without a text tower: projected patches against the mean of the question's token embeddings
 * (CDPruner, arXiv 2506.10967, for towers that come alone).
 */
record EmbeddingGuide(LlavaModel model, PromptTokenizer tokenizer, String question)
    implements PromptGuide {
  @Override
  public boolean hasTextTower() {
    return false;
  }

  @Override
  public Tensor patches(Tensor hidden, Tensor projected) {
    return projected;
  }

  @Override
  public Tensor segments() {
    long[] ids = tokenizer.encode(question, false);
    if (ids.length == 0) {
      throw new IllegalArgumentException("question: expected some text, got none");
    }
    return TensorScope.compute(() -> model.embed(ids).mean(new long[] {0}, true, null)); // [1, E]
  }

  @Override
  public Tensor pooled(boolean extended) {
    throw new UnsupportedOperationException("prompt guidance: expected a text tower, found none");
  }

  @Override
  public float logitScale() {
    throw new UnsupportedOperationException("prompt guidance: expected a text tower, found none");
  }

  @Override
  public int sign() {
    return 1;
  }
}
