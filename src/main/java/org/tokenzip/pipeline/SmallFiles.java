// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.CropSize;
import org.tokenzip.image.Filter;
import org.tokenzip.image.ResizeTarget;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.GenerationDefaults;
import org.tokenzip.weights.LlavaConfig;
import org.tokenzip.weights.ModelConfig;
import org.tokenzip.weights.PreprocessorConfig;
import org.tokenzip.weights.TokenizerConfig;

/**
 * What a checkpoint says beside its weights.
 *
 * @param tokenizer owned by whoever reads the files
 * @param stopTokens ids that end an answer
 */
record SmallFiles(
    PromptTokenizer tokenizer,
    ConversationTemplate template,
    ClipPreprocessing preprocessing,
    Set<Long> stopTokens) {

  static SmallFiles read(Path directory) {
    LlavaConfig config = ModelConfig.read(directory);
    TokenizerConfig texts = TokenizerConfig.read(directory);
    ConversationTemplate template = ConversationTemplate.match(texts.chatTemplate());
    ClipPreprocessing preprocessing = preprocessing(directory);
    GenerationDefaults generation = GenerationDefaults.read(directory);
    PromptTokenizer tokenizer = PromptTokenizer.open(directory);
    return new SmallFiles(
        tokenizer, template, preprocessing, stopTokens(config, generation, texts, tokenizer));
  }

  static ClipPreprocessing preprocessing(Path directory) {
    PreprocessorConfig config = PreprocessorConfig.read(directory);
    ClipPreprocessing preprocessing =
        new ClipPreprocessing(
            config.doResize() ? resize(config) : null,
            Filter.ofCode(config.resample()),
            config.doCenterCrop() ? new CropSize(config.cropWidth(), config.cropHeight()) : null,
            config.doRescale() ? config.rescaleFactor() : 1,
            config.imageMean(),
            config.imageStd());
    return config.doNormalize() ? preprocessing : preprocessing.withoutNormalisation();
  }

  private static ResizeTarget resize(PreprocessorConfig config) {
    if (config.width() != null && config.height() != null) {
      return new ResizeTarget.Exact(config.width(), config.height());
    }
    if (config.shortestEdge() == null) {
      throw new IllegalStateException("a resize target has a shortest edge or width and height");
    }
    return new ResizeTarget.ShortestEdge(config.shortestEdge());
  }

  /** The generation settings decide, else the language model's, else the tokenizer's. */
  private static Set<Long> stopTokens(
      LlavaConfig config,
      GenerationDefaults generation,
      TokenizerConfig texts,
      PromptTokenizer tokenizer) {
    Set<Long> stops = new HashSet<>();
    generation.eosTokenIds().forEach(id -> stops.add((long) id));
    if (stops.isEmpty()) {
      config.text().eosTokenIds().forEach(id -> stops.add((long) id));
    }
    if (stops.isEmpty() && texts.eosToken() != null) {
      stops.add(tokenizer.id(texts.eosToken()));
    }
    return stops;
  }
}
