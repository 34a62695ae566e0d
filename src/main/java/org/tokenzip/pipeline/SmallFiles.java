// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tokenzip.image.PicturePreprocessor;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.GenerationDefaults;
import org.tokenzip.weights.LlavaConfig;
import org.tokenzip.weights.ModelConfig;
import org.tokenzip.weights.ModelFamily;
import org.tokenzip.weights.TextArchitecture;
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
    PicturePreprocessor pictures,
    Set<Long> stopTokens) {

  static SmallFiles read(Path directory) {
    LlavaConfig config = ModelConfig.read(directory);
    TokenizerConfig texts = TokenizerConfig.read(directory);
    ConversationTemplate template = template(config, texts);
    PicturePreprocessor pictures = PictureFiles.preprocessor(directory, config);
    GenerationDefaults generation = GenerationDefaults.read(directory);
    PromptTokenizer tokenizer = PromptTokenizer.open(directory);
    try {
      requireVicuna(config, tokenizer);
      return new SmallFiles(
          tokenizer, template, pictures, stopTokens(config, generation, texts, tokenizer));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Only the vocabulary tells on what Mini-Gemini's language model was built. */
  private static void requireVicuna(LlavaConfig config, PromptTokenizer tokenizer) {
    if (config.family() != ModelFamily.MINI_GEMINI) {
      return;
    }
    for (String token : List.of("<|im_start|>", "<|eot_id|>")) {
      if (tokenizer.id(token) >= 0) {
        throw new CheckpointException(
            "tokenizer.json: expected the vocabulary of Vicuna, the one Mini-Gemini that is"
                + " supported (not those on Yi, LLaMA 3, Gemma or Mixtral), got one with the token "
                + token);
      }
    }
  }

  /** Only the first LLaVA checkpoints, on Vicuna, came without a template. */
  private static ConversationTemplate template(LlavaConfig config, TokenizerConfig texts) {
    if (config.family() == ModelFamily.MINI_GEMINI) {
      return ConversationTemplate.MINI_GEMINI; // whatever the language model's own may be
    }
    if (texts.chatTemplate() == null && config.text().architecture() != TextArchitecture.LLAMA) {
      throw new CheckpointException(
          "tokenizer_config.json: expected a chat_template, here or in chat_template.jinja or"
              + " chat_template.json, got none");
    }
    return ConversationTemplate.match(texts.chatTemplate());
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
