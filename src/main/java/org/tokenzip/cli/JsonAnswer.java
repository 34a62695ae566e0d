// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.compress.Provenance;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.PromptCost;

/**
 * An answer as one JSON object. {@code provenance} has a list for each picture or clip, in which
 * every visual token that the language model has at the end says what was done to form it ({@code
 * kind}), whose place it takes ({@code anchor}, null where it takes none's) and which others went
 * into it ({@code sources}). {@code kept}, {@code targets}, {@code merged} and {@code pooled} say
 * it of the first picture in short.
 *
 * <p>All of them count positions of the vision tower's sequence, in which 0 is the CLS token of a
 * CLIP tower; the sequences of a picture's views are counted through.
 */
final class JsonAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonAnswer() {}

  static String of(Answer answer) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("answer", answer.text());
    root.put("output_ids", answer.outputIds());
    root.put("finish_reason", answer.finishReason().name().toLowerCase(Locale.ROOT));
    root.put("prompt_tokens", answer.promptTokens());
    Map<String, Integer> visual = new LinkedHashMap<>();
    visual.put("before", answer.visualTokensBefore());
    visual.put("after", answer.visualTokensAfter());
    root.put("visual_tokens", visual);
    root.put("visual_tokens_per_layer", answer.cost().visualTokens());
    @Nullable Provenance provenance =
        answer.provenance().isEmpty() ? null : answer.provenance().get(0);
    root.put("kept", provenance == null ? null : kept(provenance));
    root.put(
        "targets", provenance == null ? null : positions(provenance, provenance.targetPatches()));
    root.put("merged", provenance == null ? null : merged(provenance));
    root.put("pooled", provenance == null ? null : pooled(provenance));
    root.put("provenance", answer.provenance().stream().map(JsonAnswer::tokens).toList());
    root.put("cost", cost(answer.cost()));
    root.put("timings_ms", answer.timings().millis());
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }

  private static Map<String, Object> cost(PromptCost cost) {
    Map<String, Object> counted = new LinkedHashMap<>();
    counted.put("prefill_tflops", cost.prefillFlops() / 1e12);
    counted.put("prefill_tflops_uncompressed", cost.prefillFlopsUncompressed() / 1e12);
    counted.put("paper_ratio", cost.paperRatio());
    counted.put("kv_cache_bytes", cost.kvCacheBytes());
    counted.put("kv_cache_bytes_uncompressed", cost.kvCacheBytesUncompressed());
    return counted;
  }

  private static List<Map<String, Object>> tokens(Provenance provenance) {
    List<Map<String, Object>> tokens = new ArrayList<>();
    for (OutputToken token : provenance.tokens()) {
      Map<String, Object> described = new LinkedHashMap<>();
      described.put("kind", token.kind().name().toLowerCase(Locale.ROOT));
      boolean placed = token.kind() == Kind.CLS || token.anchor() >= 0;
      described.put("anchor", placed ? position(provenance, token) : null);
      described.put("sources", positions(provenance, token.sources()));
      tokens.add(described);
    }
    return tokens;
  }

  private static int[] kept(Provenance provenance) {
    return provenance.tokens().stream()
        .filter(token -> token.kind() == Kind.CLS || token.kind() == Kind.KEPT)
        .mapToInt(token -> position(provenance, token))
        .toArray();
  }

  private static SortedMap<Integer, Integer> merged(Provenance provenance) {
    SortedMap<Integer, Integer> target = new TreeMap<>();
    provenance
        .mergedPatches()
        .forEach(
            (source, into) -> target.put(position(provenance, source), position(provenance, into)));
    return target;
  }

  /** The positions in every window. */
  private static List<int[]> pooled(Provenance provenance) {
    return provenance.tokens().stream()
        .filter(token -> token.kind() == Kind.POOLED)
        .map(token -> positions(provenance, token.sources()))
        .toList();
  }

  private static int[] positions(Provenance provenance, int[] patches) {
    return Arrays.stream(patches).map(patch -> position(provenance, patch)).toArray();
  }

  private static int position(Provenance provenance, OutputToken token) {
    return token.kind() == Kind.CLS
        ? token.view() * (provenance.patchesPerView() + 1)
        : position(provenance, token.anchor());
  }

  private static int position(Provenance provenance, int patch) {
    return provenance.hasCls() ? patch + patch / provenance.patchesPerView() + 1 : patch;
  }
}
