// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.model.nn.RmsNorm;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.LlamaConfig;
import org.tokenzip.weights.LlavaParameters;

/**
 * A LLaMA decoder (arXiv 2302.13971) over a cache of keys and values. Safe for concurrent use with
 * different caches; borrows its parameters from the model. Returned tensors belong to the caller.
 */
public final class LlamaDecoder {
  private static final String PREFIX = "language_model.";

  private final LlamaConfig config;
  private final DType dtype;
  private final Device device;
  private final Tensor table; // [V, E]
  private final RotaryEmbedding rotary;
  private final List<LlamaLayer> layers = new ArrayList<>();
  private final RmsNorm norm;
  private final Linear head;

  /** Loads the decoder; with {@code tied} the token table is also the head. */
  public LlamaDecoder(LlamaConfig config, boolean tied, Parameters parameters) {
    this.config = config;
    dtype = parameters.dtype();
    device = parameters.device();
    long width = config.hiddenSize();
    long rows = config.vocabSize();
    table = parameters.take(PREFIX + "embed_tokens.weight", rows, width);
    rotary =
        new RotaryEmbedding(
            config.headDim(), config.ropeTheta(), config.maxPositions(), parameters);
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new LlamaLayer(config, i, parameters, PREFIX + "layers." + i + "."));
    }
    norm = RmsNorm.load(parameters, PREFIX + "norm", width, config.rmsNormEps());
    head = Linear.of(tied ? table : parameters.take(LlavaParameters.HEAD, rows, width));
  }

  /** An empty cache of one row with room for {@code capacity} positions; the caller closes it. */
  public KvCache newCache(long capacity) {
    return newCache(capacity, 0);
  }

  /**
   * An empty cache with a row per entry of {@code padding}, which says how many positions at the
   * start of that row hold no token.
   */
  public KvCache newCache(long capacity, int... padding) {
    KvCache.requireTrained(capacity, config);
    return new KvCache(config, dtype, device, capacity, padding);
  }

  /**
   * Embeddings of tokens.
   *
   * @param ids in [0, V)
   * @return [S, E]
   */
  public Tensor embed(long... ids) {
    for (long id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token id: expected one below " + config.vocabSize() + ", got " + id);
      }
    }
    return TensorScope.compute(
        () -> torch.embedding(table, Tensors.to(Tensors.vector(ids), device)));
  }

  /**
   * Runs tokens on top of what the cache holds, which may be nothing, and appends them to it.
   *
   * @param embeds [B, S, E] with S at least 1; with padding every row ends in its last token
   * @return fp32 logits of the last position [B, V]
   */
  public Tensor prefill(Tensor embeds, KvCache cache) {
    return TensorScope.compute(
        () -> {
          Tensor hidden = run(embeds, cache, null, null);
          return logits(hidden.select(1, hidden.size(1) - 1));
        });
  }

  /**
   * As {@link #prefill(Tensor, KvCache)} for one prompt, with a method that shrinks its visual
   * tokens on the way. Later tokens run on top of what it left in each layer.
   *
   * @param embeds [1, S, E], the whole prompt
   * @param cache empty, of one row
   * @throws IllegalArgumentException if the cache holds a part of the prompt already, or no text
   *     follows the visual tokens
   */
  public Tensor prefill(Tensor embeds, KvCache cache, VisualBlock block) {
    if (cache.length() > 0 || cache.batch() != 1 || cache.padded()) {
      throw new IllegalArgumentException(
          "cache: expected an empty one of one row, since a method inside the language model needs"
              + " the whole prompt in one prefill, got "
              + cache.length()
              + " positions in "
              + cache.batch()
              + " rows");
    }
    block.enter(embeds.size(1));
    return TensorScope.compute(
        () -> {
          Tensor hidden = run(embeds, cache, block, null);
          return logits(hidden.select(1, hidden.size(1) - 1));
        });
  }

  /** What a method has to know to plan. */
  public DecoderShape shape() {
    return new DecoderShape(config.layers());
  }

  /**
   * As {@link #prefill}, with the logits of all S positions [B, S, V]; those at padding mean
   * nothing.
   */
  public Tensor prefillAllLogits(Tensor embeds, KvCache cache) {
    return TensorScope.compute(() -> logits(run(embeds, cache, null, null)));
  }

  /**
   * Runs one more token per row.
   *
   * @param ids one per row of the cache
   * @return fp32 logits [B, V]
   */
  public Tensor step(KvCache cache, long... ids) {
    if (ids.length != cache.batch()) {
      throw new IllegalArgumentException(
          "ids: expected one per row, " + cache.batch() + ", got " + ids.length);
    }
    return TensorScope.compute(
        () -> logits(run(embed(ids).unsqueeze(1), cache, null, null).select(1, 0)));
  }

  /**
   * As {@link #prefill}, with the hidden states [B, S, E]: the embeddings, then the output of every
   * layer, the last one after the final norm.
   */
  public List<Tensor> hiddenStates(Tensor embeds, KvCache cache) {
    List<Tensor> states = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      Tensor last = run(embeds, cache, null, states);
      states.add(norm.forward(last));
      states.forEach(scope::keep);
      return states;
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
  }

  /** The output of the last layer, before the final norm. */
  private Tensor run(
      Tensor embeds, KvCache cache, @Nullable VisualBlock block, @Nullable List<Tensor> states) {
    Shapes.require(embeds, "embeds", cache.batch(), Shapes.ANY, config.hiddenSize());
    long count = embeds.size(1);
    requireRoom(count, cache);
    Tensor hidden = Tensors.to(embeds, dtype, device);
    DecoderStep step = DecoderStep.of(cache, count, block, rotary);
    for (int i = 0; i < layers.size(); i++) {
      LlamaLayer layer = layers.get(i);
      DecoderStep here = i == 0 ? step : step.at(i, rotary);
      Tensor input = hidden;
      hidden = TensorScope.compute(() -> layer.forward(input, here));
      step = here;
      if (states == null) {
        input.close();
      } else {
        states.add(input);
      }
    }
    cache.advance(count, block);
    return hidden;
  }

  private Tensor logits(Tensor hidden) {
    return head.forward(norm.forward(hidden)).to(ScalarType.Float);
  }

  private static void requireRoom(long count, KvCache cache) {
    if (count < 1 || count > cache.capacity() - cache.length()) {
      throw new IllegalArgumentException(
          "embeds: expected 1 to "
              + (cache.capacity() - cache.length())
              + " more positions in a cache of "
              + cache.capacity()
              + ", got "
              + count);
    }
  }
}
