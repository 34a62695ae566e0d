// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.text.Message;

/** Several requests, answered in one batch with prompts padded at the left. Used once. */
final class RequestBatch {
  /** Pictures that go through the vision tower together: its activations are the largest. */
  private static final int TOWER_BATCH = 8;

  private final LlavaModel model;
  private final ImageEncoder encoder;
  private final PromptWriter writer;
  private final TextGenerator generator;
  private final TokenCompressor compressor;
  private final StageTimings.Clock clock = new StageTimings.Clock();
  private final Map<TokenCompressor, IdentityHashMap<RgbImage, VisualTokens>> encoded =
      new LinkedHashMap<>();

  RequestBatch(
      LlavaModel model,
      ImageEncoder encoder,
      PromptWriter writer,
      TextGenerator generator,
      TokenCompressor compressor) {
    this.model = model;
    this.encoder = encoder;
    this.writer = writer;
    this.generator = generator;
    this.compressor = compressor;
  }

  List<Answer> answer(List<Request> requests, GenerationOptions options) {
    if (requests.isEmpty()) {
      return List.of();
    }
    try {
      encode(requests);
      List<Prompt> prompts = requests.stream().map(this::prompt).toList();
      List<TextGenerator.Generated> generated = generate(requests, prompts, options);
      StageTimings timings = clock.timings();
      return IntStream.range(0, requests.size())
          .mapToObj(i -> answer(visual(requests.get(i)), prompts.get(i), generated.get(i), timings))
          .toList();
    } finally {
      encoded.values().forEach(images -> images.values().forEach(VisualTokens::close));
    }
  }

  /** Every picture once per compressor. */
  private void encode(List<Request> requests) {
    Map<TokenCompressor, Set<RgbImage>> wanted = new LinkedHashMap<>();
    for (Request request : requests) {
      RgbImage image = request.image();
      if (image != null) {
        wanted.computeIfAbsent(method(request), m -> identitySet()).add(image);
      }
    }
    wanted.forEach(
        (method, distinct) -> {
          List<RgbImage> images = List.copyOf(distinct);
          IdentityHashMap<RgbImage, VisualTokens> tokens = new IdentityHashMap<>();
          encoded.put(method, tokens);
          for (int from = 0; from < images.size(); from += TOWER_BATCH) {
            List<RgbImage> batch =
                images.subList(from, Math.min(from + TOWER_BATCH, images.size()));
            List<VisualTokens> results = encoder.encode(batch, method, clock);
            IntStream.range(0, batch.size()).forEach(i -> tokens.put(batch.get(i), results.get(i)));
          }
        });
  }

  private Prompt prompt(Request request) {
    VisualTokens visual = visual(request);
    return writer.write(
        List.of(Message.user(visual == null ? 0 : 1, request.question())),
        visual == null ? List.of() : List.of(visual.count()));
  }

  private List<TextGenerator.Generated> generate(
      List<Request> requests, List<Prompt> prompts, GenerationOptions options) {
    int longest = prompts.stream().mapToInt(Prompt::length).max().orElseThrow();
    int[] padding = prompts.stream().mapToInt(prompt -> longest - prompt.length()).toArray();
    try (TensorScope scope = new TensorScope();
        KvCache cache = model.decoder().newCache(generator.capacity(longest, options), padding)) {
      Tensor[] rows = new Tensor[requests.size()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = row(visual(requests.get(i)), prompts.get(i), padding[i]);
      }
      Tensor embeds = Tensors.concat(0, rows); // [B, S, E]
      return generator.generate(embeds, cache, options, TokenListener.NONE, clock);
    }
  }

  /** Embeddings [1, padding + S, E]; what stands at padding is never attended to. */
  private Tensor row(@Nullable VisualTokens visual, Prompt prompt, int padding) {
    long[] ids = new long[padding + prompt.length()];
    System.arraycopy(prompt.ids(), 0, ids, padding, prompt.length());
    Tensor text = model.embed(ids);
    if (visual == null) {
      return text.unsqueeze(0);
    }
    long[] positions = Arrays.stream(prompt.visual()).map(at -> at + padding).toArray();
    return model.splice(text, visual.features(), positions).unsqueeze(0);
  }

  private static Answer answer(
      @Nullable VisualTokens visual,
      Prompt prompt,
      TextGenerator.Generated generated,
      StageTimings timings) {
    return new Answer(
        generated.text(),
        generated.ids(),
        prompt.length(),
        visual == null ? 0 : visual.before(),
        visual == null ? 0 : visual.count(),
        visual == null ? null : visual.provenance(),
        timings,
        generated.finishReason());
  }

  private @Nullable VisualTokens visual(Request request) {
    RgbImage image = request.image();
    return image == null ? null : Objects.requireNonNull(encoded.get(method(request))).get(image);
  }

  /** Comparing the pixels of pictures would cost more than encoding one twice. */
  private static Set<RgbImage> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private TokenCompressor method(Request request) {
    return request.compressor() == null ? compressor : request.compressor();
  }
}
