// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.PaddedPrompts;
import org.tokenzip.model.llama.VisualBlock;
import org.tokenzip.tensor.TensorScope;

/**
 * Several requests, answered in one batch with prompts padded at the left. Those whose method acts
 * inside the language model run one after another: each of their layers holds another number of
 * tokens. Used once.
 */
final class RequestBatch {
  private final Engine engine;
  private final TokenCompressor compressor;
  private final StageTimings.Clock clock = new StageTimings.Clock();
  private final Map<TokenCompressor, Map<Key, VisualTokens>> encoded = new LinkedHashMap<>();

  RequestBatch(Engine engine, TokenCompressor compressor) {
    this.engine = engine;
    this.compressor = compressor;
  }

  List<Answer> answer(List<Request> asked, GenerationOptions options) {
    if (asked.isEmpty()) {
      return List.of();
    }
    List<Request> requests = asked.stream().map(this::placed).toList();
    try {
      encode(requests);
      List<Prompt> prompts = requests.stream().map(this::prompt).toList();
      List<Finished> finished = generate(requests, prompts, options);
      StageTimings timings = clock.timings();
      return IntStream.range(0, requests.size())
          .mapToObj(i -> answer(visuals(requests.get(i)), prompts.get(i), finished.get(i), timings))
          .toList();
    } finally {
      encoded.values().forEach(images -> images.values().forEach(VisualTokens::close));
    }
  }

  /** The request with its pictures in the order of the prompt. */
  private Request placed(Request request) {
    List<Visual> ordered = engine.writer().ordered(request.visuals());
    return new Request(ordered, request.question(), request.compressor());
  }

  /** Every picture once per compressor; once per request if the method reads prompts. */
  private void encode(List<Request> requests) {
    Map<TokenCompressor, Map<Key, ImageEncoder.Shown>> wanted = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      for (int place = 0; place < request.visuals().size(); place++) {
        Visual visual = request.visuals().get(place);
        ImageEncoder.Shown shown = new ImageEncoder.Shown(visual, request.question(), i);
        wanted
            .computeIfAbsent(method(request), m -> new LinkedHashMap<>())
            .putIfAbsent(key(request, place), shown);
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
            List.of(engine.writer().user(request.visuals(), request.question())),
            visuals.stream().map(VisualTokens::count).toList());
  }

  /** {@code block} tells what a method inside the language model has left; null if none acted. */
  private record Finished(TextGenerator.Generated generated, @Nullable VisualBlock block) {}

  private List<Finished> generate(
      List<Request> requests, List<Prompt> prompts, GenerationOptions options) {
    Finished[] finished = new Finished[requests.size()];
    List<Integer> together = new ArrayList<>();
    for (int i = 0; i < finished.length; i++) {
      DecoderReduction method = insideDecoder(requests.get(i));
      if (method == null) {
        together.add(i);
      } else {
        finished[i] = alone(i, requests.get(i), prompts.get(i), method, options);
      }
    }
    if (!together.isEmpty()) {
      List<Tensor> embeds = new ArrayList<>();
      try (TensorScope scope = new TensorScope()) {
        together.forEach(i -> embeds.add(embeds(visuals(requests.get(i)), prompts.get(i))));
        int[] numbers = together.stream().mapToInt(Integer::intValue).toArray();
        List<TextGenerator.Generated> all = together(embeds, options, numbers);
        IntStream.range(0, numbers.length)
            .forEach(i -> finished[numbers[i]] = new Finished(all.get(i), null));
      }
    }
    return List.of(finished);
  }

  private @Nullable DecoderReduction insideDecoder(Request request) {
    return InsideDecoder.of(method(request), engine.model(), request.visuals().size());
  }

  private Finished alone(
      int number,
      Request request,
      Prompt prompt,
      DecoderReduction method,
      GenerationOptions options) {
    long capacity = engine.generator().capacity(prompt.length(), options);
    try (TensorScope scope = new TensorScope();
        PromptMemory memory = new PromptMemory(engine.model().decoder())) {
      PromptMemory.Start start = memory.resume(prompt, method, capacity);
      Tensor embeds = embeds(visuals(request), prompt).unsqueeze(0); // [1, S, E]
      Prefill prefill = new Prefill(embeds, start.cache(), start.block(), number);
      return new Finished(
          engine.generator().generate(prefill, options, TokenListener.NONE, clock).get(0),
          start.block());
    }
  }

  private List<TextGenerator.Generated> together(
      List<Tensor> prompts, GenerationOptions options, int... numbers) {
    PaddedPrompts padded = PaddedPrompts.of(prompts);
    long capacity = engine.generator().capacity(padded.embeds().size(1), options);
    try (KvCache cache = engine.model().decoder().newCache(capacity, padded.padding())) {
      Prefill prefill = new Prefill(padded.embeds(), cache, null, numbers);
      return engine.generator().generate(prefill, options, TokenListener.NONE, clock);
    }
  }

  /** Embeddings [S, E] of a prompt, its pictures in place. */
  private Tensor embeds(List<VisualTokens> visuals, Prompt prompt) {
    Tensor text = engine.model().embed(prompt.ids());
    return visuals.isEmpty()
        ? text
        : engine.model().splice(text, VisualTokens.features(visuals), prompt.visual());
  }

  private Answer answer(
      List<VisualTokens> visuals, Prompt prompt, Finished finished, StageTimings timings) {
    int before = visuals.stream().mapToInt(VisualTokens::before).sum();
    PromptCost cost = PromptCost.of(engine.model(), prompt, before, finished.block());
    return Answer.of(prompt, finished.generated(), visuals, finished.block(), cost, timings);
  }

  private List<VisualTokens> visuals(Request request) {
    return IntStream.range(0, request.visuals().size())
        .mapToObj(
            place ->
                Objects.requireNonNull(
                    Objects.requireNonNull(encoded.get(method(request))).get(key(request, place))))
        .toList();
  }

  private Key key(Request request, int place) {
    Visual visual = request.visuals().get(place);
    return method(request).readsPrompt()
        ? new Key(visual, request, place)
        : new Key(visual, null, 0);
  }

  /**
   * Comparing the pixels of pictures would cost more than encoding one twice.
   *
   * @param prompt the request, if what is kept of the picture depends on it and its other pictures
   * @param place among those
   */
  private record Key(Visual visual, @Nullable Request prompt, int place) {
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.visual.getClass() == visual.getClass()
          && sameObjects(key.visual.frames(), visual.frames())
          && key.prompt == prompt
          && key.place == place;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean sameObjects(List<RgbImage> some, List<RgbImage> others) {
      return some.size() == others.size()
          && IntStream.range(0, some.size()).allMatch(i -> some.get(i) == others.get(i));
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(visual.frames().get(0)) + System.identityHashCode(prompt);
    }
  }

  private TokenCompressor method(Request request) {
    return request.compressor() == null ? compressor : request.compressor();
  }
}
