// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.PaddedPrompts;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.text.Message;

/** Several requests, answered in one batch with prompts padded at the left. Used once. */
final class RequestBatch {
  /** Pictures that go through the vision tower together: its activations are the largest. */
  private static final int TOWER_BATCH = 8;

  private final Engine engine;
  private final TokenCompressor compressor;
  private final StageTimings.Clock clock = new StageTimings.Clock();
  private final Map<TokenCompressor, Map<Key, VisualTokens>> encoded = new LinkedHashMap<>();

  RequestBatch(Engine engine, TokenCompressor compressor) {
    this.engine = engine;
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

  /** Every picture once per compressor; once per question if that is what the method reads. */
  private void encode(List<Request> requests) {
    Map<TokenCompressor, Map<Key, ImageEncoder.Shown>> wanted = new LinkedHashMap<>();
    for (Request request : requests) {
      RgbImage image = request.image();
      if (image != null) {
        wanted
            .computeIfAbsent(method(request), m -> new LinkedHashMap<>())
            .putIfAbsent(key(request, image), new ImageEncoder.Shown(image, request.question()));
      }
    }
    wanted.forEach(
        (method, distinct) -> {
          List<Map.Entry<Key, ImageEncoder.Shown>> pictures = List.copyOf(distinct.entrySet());
          Map<Key, VisualTokens> tokens = new HashMap<>();
          encoded.put(method, tokens);
          for (int from = 0; from < pictures.size(); from += TOWER_BATCH) {
            List<Map.Entry<Key, ImageEncoder.Shown>> batch =
                pictures.subList(from, Math.min(from + TOWER_BATCH, pictures.size()));
            List<VisualTokens> results =
                engine
                    .encoder()
                    .encode(batch.stream().map(Map.Entry::getValue).toList(), method, clock);
            for (int i = 0; i < batch.size(); i++) {
              tokens.put(batch.get(i).getKey(), results.get(i));
            }
          }
        });
  }

  private Prompt prompt(Request request) {
    VisualTokens visual = visual(request);
    return engine
        .writer()
        .write(
            List.of(Message.user(visual == null ? 0 : 1, request.question())),
            visual == null ? List.of() : List.of(visual.count()));
  }

  private List<TextGenerator.Generated> generate(
      List<Request> requests, List<Prompt> prompts, GenerationOptions options) {
    try (TensorScope scope = new TensorScope()) {
      PaddedPrompts padded =
          PaddedPrompts.of(
              IntStream.range(0, prompts.size())
                  .mapToObj(i -> embeds(visual(requests.get(i)), prompts.get(i)))
                  .toList());
      long capacity = engine.generator().capacity(padded.embeds().size(1), options);
      try (KvCache cache = engine.model().decoder().newCache(capacity, padded.padding())) {
        return engine
            .generator()
            .generate(padded.embeds(), cache, options, TokenListener.NONE, clock);
      }
    }
  }

  /** Embeddings [S, E] of a prompt, its picture in place. */
  private Tensor embeds(@Nullable VisualTokens visual, Prompt prompt) {
    Tensor text = engine.model().embed(prompt.ids());
    return visual == null ? text : engine.model().splice(text, visual.features(), prompt.visual());
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
        visual == null ? List.of() : List.of(visual.provenance()),
        timings,
        generated.finishReason());
  }

  private @Nullable VisualTokens visual(Request request) {
    RgbImage image = request.image();
    return image == null
        ? null
        : Objects.requireNonNull(encoded.get(method(request))).get(key(request, image));
  }

  private Key key(Request request, RgbImage image) {
    return new Key(image, method(request).readsPrompt() ? request.question() : "");
  }

  /** Comparing the pixels of pictures would cost more than encoding one twice. */
  private record Key(RgbImage image, String question) {
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.image == image && key.question.equals(question);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(image) + question.hashCode();
    }
  }

  private TokenCompressor method(Request request) {
    return request.compressor() == null ? compressor : request.compressor();
  }
}
