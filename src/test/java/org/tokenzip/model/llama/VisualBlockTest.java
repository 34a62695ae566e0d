// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.DecoderLayer;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.DecoderRemovals;
import org.tokenzip.compress.FastV;
import org.tokenzip.compress.FastVOptions;
import org.tokenzip.compress.FiCoCoL;
import org.tokenzip.compress.FiCoCoLOptions;
import org.tokenzip.compress.PositionPolicy;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;
import org.tokenzip.weights.LoadListener;

/** Methods inside the language model: a prompt of 8 words, 16 visual tokens and 10 words. */
@ExtendWith(NoLeaks.class)
class VisualBlockTest {
  private static final Path CHECKPOINT = Path.of("src/test/resources/fixtures/llava-1.5-tiny-gqa");
  private static final int START = 8;
  private static final int COUNT = 16;
  private static final int LENGTH = 34;
  private static final int CAPACITY = 64;

  private static LlamaDecoder decoder;
  private static LlavaModel model;

  @BeforeAll
  static void load() {
    model = LlavaModel.load(CHECKPOINT, Device.CPU, DType.FP32, LoadListener.NONE);
    decoder = model.decoder();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static Stream<TokenCompressor> thatRemoveNothing() {
    return Stream.of(PositionPolicy.values())
        .flatMap(
            policy ->
                Stream.of(
                    new FastV(new FastVOptions(2, 0, policy)),
                    ficoco(policy, 0, 0),
                    new FiCoCoL(
                        FiCoCoLOptions.of(1, DecoderRemovals.leaving(1)).withPositions(policy))));
  }

  @ParameterizedTest
  @MethodSource("thatRemoveNothing")
  void withoutAReductionEveryBitIsThatOfAPlainPass(TokenCompressor method) {
    try (TensorScope scope = new TensorScope();
        KvCache plain = decoder.newCache(CAPACITY);
        KvCache reduced = decoder.newCache(CAPACITY)) {
      assertThat(floats(decoder.prefill(prompt(), reduced, block(method))))
          .isEqualTo(floats(decoder.prefill(prompt(), plain)));
      assertThat(floats(decoder.step(reduced, 7))).isEqualTo(floats(decoder.step(plain, 7)));
      assertThat(floats(decoder.prefill(words(9, 3), reduced)))
          .isEqualTo(floats(decoder.prefill(words(9, 3), plain)));
      assertThat(reduced.bytes()).isEqualTo(plain.bytes());
    }
  }

  static Stream<TokenCompressor> thatRemove() {
    return Stream.of(PositionPolicy.values())
        .flatMap(
            policy ->
                Stream.of(
                    new FastV(new FastVOptions(2, 0.5, policy)),
                    new FastV(new FastVOptions(1, 1, policy)),
                    ficoco(policy, 4, 3, 2)));
  }

  /** What comes later passes in one piece as it does word by word, whatever the layers hold. */
  @ParameterizedTest
  @MethodSource("thatRemove")
  void laterWordsSeeWhatEveryLayerHolds(TokenCompressor method) {
    long[] later = {7, 301, 45, 12, 99};
    try (TensorScope scope = new TensorScope();
        KvCache together = decoder.newCache(CAPACITY);
        KvCache single = decoder.newCache(CAPACITY)) {
      decoder.prefill(prompt(), together, block(method));
      decoder.prefill(prompt(), single, block(method));
      float[] atOnce = floats(decoder.prefill(decoder.embed(later).unsqueeze(0), together));
      float[] last = {};
      for (long id : later) {
        last = floats(decoder.step(single, id));
      }
      for (int i = 0; i < last.length; i++) {
        assertThat(atOnce[i]).isCloseTo(last[i], within(1e-4f));
      }
      together.truncate(LENGTH + 1); // later words go, the choice stays
      float[] again =
          floats(
              decoder.prefill(
                  decoder.embed(Arrays.copyOfRange(later, 1, 5)).unsqueeze(0), together));
      for (int i = 0; i < last.length; i++) {
        assertThat(again[i]).isCloseTo(last[i], within(1e-4f));
      }
    }
  }

  @Test
  void everyLayerTakesTheMemoryOfWhatItHolds() {
    try (TensorScope scope = new TensorScope();
        KvCache plain = decoder.newCache(CAPACITY);
        KvCache cache = decoder.newCache(CAPACITY)) {
      VisualBlock block = block(new FastV(new FastVOptions(2, 0.75, PositionPolicy.ORIGINAL)));
      decoder.prefill(prompt(), cache, block);
      assertThat(block.attended()).containsExactly(16, 16, 4, 4, 4, 4);
      assertThat(block.fed()).containsExactly(16, 16, 4, 4, 4, 4);
      assertThat(cache.length()).isEqualTo(LENGTH);
      assertThat(cache.length(1)).isEqualTo(LENGTH);
      assertThat(cache.length(2)).isEqualTo(LENGTH - 12);
      assertThat(cache.reducedPrefix()).isEqualTo(START + COUNT);
      long perToken = plain.bytes() / CAPACITY / 6;
      assertThat(cache.bytes()).isEqualTo(perToken * (6 * CAPACITY - 4 * 12));
      float[] before = floats(decoder.step(cache, 7));
      cache.truncate(LENGTH);
      cache.reserve(2 * CAPACITY);
      assertThat(cache.bytes()).isEqualTo(perToken * (12 * CAPACITY - 4 * 12));
      assertThat(floats(decoder.step(cache, 7))).isEqualTo(before);
    }
  }

  @Test
  void reductionsBehindAttentionShortenTheLayerTheyAreIn() {
    try (TensorScope scope = new TensorScope();
        KvCache cache = decoder.newCache(CAPACITY)) {
      VisualBlock block = block(ficoco(PositionPolicy.PACKED, 4, 3, 2));
      decoder.prefill(prompt(), cache, block);
      assertThat(block.attended()).containsExactly(16, 16, 12, 9, 7, 7);
      assertThat(block.fed()).containsExactly(16, 12, 9, 7, 7, 7);
      assertThat(block.steps()).hasSize(3);
    }
  }

  @Test
  void aChoiceIsNotCutInto() {
    try (TensorScope scope = new TensorScope();
        KvCache cache = decoder.newCache(CAPACITY)) {
      decoder.prefill(prompt(), cache, block(new FastV(FastVOptions.defaults())));
      cache.truncate(START + COUNT);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.truncate(START + COUNT - 1))
          .withMessage(
              "truncate: expected at least the 24 positions that visual tokens were chosen from,"
                  + " got 23");
    }
  }

  @Test
  void aPromptInPiecesIsRefused() {
    try (TensorScope scope = new TensorScope();
        KvCache cache = decoder.newCache(CAPACITY);
        KvCache two = decoder.newCache(CAPACITY, 0, 0)) {
      decoder.prefill(words(1, 3), cache);
      VisualBlock block = block(new FastV(FastVOptions.defaults()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoder.prefill(prompt(), cache, block))
          .withMessageContaining("the whole prompt in one prefill, got 3 positions in 1 rows");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoder.prefill(prompt(), two, block))
          .withMessageContaining("0 positions in 2 rows");
    }
  }

  @Test
  void aPromptWithoutTextBehindThePictureIsRefused() {
    try (TensorScope scope = new TensorScope();
        KvCache cache = decoder.newCache(CAPACITY)) {
      VisualBlock block = new VisualBlock(LENGTH - 4, 4, new Choosing(0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoder.prefill(prompt(), cache, block))
          .withMessageContaining("expected text after the picture");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new VisualBlock(3, 0, new Choosing(0)))
          .withMessageContaining("expected 1 or more from position 0 or later, got 0 from 3");
    }
  }

  /** A method of one's own: keeps the first visual token and, if told so, answers nonsense. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Choosing(int... kept) implements DecoderReduction {
    @Override
    public PositionPolicy positions() {
      return PositionPolicy.PACKED;
    }

    @Override
    public Reduced afterLayer(DecoderLayer layer) {
      Tensor rest =
          layer.hidden().narrow(1, layer.positions() - layer.textAfter(), layer.textAfter());
      Tensor hidden = Tensors.concat(1, layer.hidden().narrow(1, 0, layer.visualStart() + 1), rest);
      return layer.visualCount() == 1 ? null : Reduced.dropping(hidden, layer.visualCount(), kept);
    }
  }

  @Test
  void aMethodOfOnesOwnIsCheckedForWhatItSays() {
    try (TensorScope scope = new TensorScope()) {
      try (KvCache cache = decoder.newCache(CAPACITY)) {
        VisualBlock block = new VisualBlock(START, COUNT, new Choosing(0));
        decoder.prefill(prompt(), cache, block);
        assertThat(block.attended()).containsExactly(16, 1, 1, 1, 1, 1);
      }
      for (int[] wrong : List.of(new int[] {16}, new int[] {-1}, new int[] {3, 3})) {
        assertFails(
            new Choosing(wrong),
            "kept: expected ascending places below 16, got " + wrong[wrong.length - 1]);
      }
      assertFails(
          new Choosing(0, 1), "reduced hidden: expected shape [1, 20, 64], got [1, 19, 64]");
    }
  }

  private static void assertFails(DecoderReduction method, String sentence) {
    try (KvCache cache = decoder.newCache(CAPACITY)) {
      VisualBlock block = new VisualBlock(START, COUNT, method);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoder.prefill(prompt(), cache, block))
          .withMessage(sentence);
      assertThat(cache.length()).isZero();
      decoder.prefill(prompt(), cache); // as usable as before
    }
  }

  private static FiCoCoL ficoco(PositionPolicy policy, Integer... removals) {
    return new FiCoCoL(
        FiCoCoLOptions.of(1, DecoderRemovals.of(List.of(removals))).withPositions(policy));
  }

  private static VisualBlock block(TokenCompressor method) {
    return new VisualBlock(
        START, COUNT, Objects.requireNonNull(method.insideDecoder(decoder.shape())));
  }

  private static Tensor prompt() {
    return words(5, LENGTH);
  }

  private static Tensor words(int seed, int count) {
    return Values.normal(seed, DType.FP32, 1, count, 64);
  }

  private static float[] floats(Tensor logits) {
    return Tensors.toFloatArray(logits);
  }
}
