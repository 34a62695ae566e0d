// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.HashMap;
import java.util.Iterator;
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
          .mapToObj(
              i -> answer(visuals(requests.get(i)), prompts.get(i), generated.get(i), timings))
          .toList();
    } finally {
      encoded.values().forEach(images -> images.values().forEach(VisualTokens::close));
    }
  }

  /** Every picture once per compressor; once per question if that is what the method reads. */
  private void encode(List<Request> requests) {
    Map<TokenCompressor, Map<Key, ImageEncoder.Shown>> wanted = new LinkedHashMap<>();
    for (Request request : requests) {
      for (Visual visual : request.visuals()) {
        wanted
            .computeIfAbsent(method(request), m -> new LinkedHashMap<>())
            .putIfAbsent(key(request, visual), new ImageEncoder.Shown(visual, request.question()));
      }
    }
    wanted.forEach(
        (method, distinct) -> {
          List<VisualTokens> results =
              engine.encoder().encode(List.copyOf(distinct.values()), method, clock);
          Iterator<VisualTokens> result = results.iterator();
          Map<Key, VisualTokens> tokens = new HashMap<>();
          distinct.keySet().forEach(picture -> tokens.put(picture, result.next()));
          encoded.put(method, tokens);
        });
  }

  private Prompt prompt(Request request) {
    List<VisualTokens> visuals = visuals(request);
    return engine
        .writer()
        .write(
            List.of(Message.user(visuals.size(), request.question())),
            visuals.stream().map(VisualTokens::count).toList());
  }

  private List<TextGenerator.Generated> generate(
      List<Request> requests, List<Prompt> prompts, GenerationOptions options) {
    try (TensorScope scope = new TensorScope()) {
      PaddedPrompts padded =
          PaddedPrompts.of(
              IntStream.range(0, prompts.size())
                  .mapToObj(i -> embeds(visuals(requests.get(i)), prompts.get(i)))
                  .toList());
      long capacity = engine.generator().capacity(padded.embeds().size(1), options);
      try (KvCache cache = engine.model().decoder().newCache(capacity, padded.padding())) {
        return engine
            .generator()
            .generate(padded.embeds(), cache, options, TokenListener.NONE, clock);
      }
    }
  }

  /** Embeddings [S, E] of a prompt, its pictures in place. */
  private Tensor embeds(List<VisualTokens> visuals, Prompt prompt) {
    Tensor text = engine.model().embed(prompt.ids());
    return visuals.isEmpty()
        ? text
        : engine.model().splice(text, VisualTokens.features(visuals), prompt.visual());
  }

  private static Answer answer(
      List<VisualTokens> visuals,
      Prompt prompt,
      TextGenerator.Generated generated,
      StageTimings timings) {
    return new Answer(
        generated.text(),
        generated.ids(),
        prompt.length(),
        visuals.stream().mapToInt(VisualTokens::before).sum(),
        visuals.stream().mapToInt(VisualTokens::count).sum(),
        visuals.stream().map(VisualTokens::provenance).toList(),
        timings,
        generated.finishReason());
  }

  private List<VisualTokens> visuals(Request request) {
    return request.visuals().stream()
        .map(
            visual ->
                Objects.requireNonNull(
                    Objects.requireNonNull(encoded.get(method(request))).get(key(request, visual))))
        .toList();
  }

  private Key key(Request request, Visual visual) {
    return new Key(visual, method(request).readsPrompt() ? request.question() : "");
  }

  /** Comparing the pixels of pictures would cost more than encoding one twice. */
  private record Key(Visual visual, String question) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.visual.getClass() == visual.getClass()
          && sameObjects(key.visual.frames(), visual.frames())
          && key.question.equals(question);
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean sameObjects(List<RgbImage> some, List<RgbImage> others) {
      return some.size() == others.size()
          && IntStream.range(0, some.size()).allMatch(i -> some.get(i) == others.get(i));
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(visual.frames().get(0)) + question.hashCode();
    }
  }

  private TokenCompressor method(Request request) {
    return request.compressor() == null ? compressor : request.compressor();
  }
}
