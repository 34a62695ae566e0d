// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.DecoderRemovals;
import org.tokenzip.compress.FastV;
import org.tokenzip.compress.FastVOptions;
import org.tokenzip.compress.FiCoCoL;
import org.tokenzip.compress.FiCoCoLOptions;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.PositionPolicy;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.VisualBlock;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.LoadListener;
import org.tokenzip.weights.TokenizerConfig;

/** Conversations and batches whose method acts inside the language model. */
@ExtendWith(NoLeaks.class)
class InsideDecoderTest {
  private static final Path CHECKPOINT = Path.of("src/test/resources/fixtures/llava-1.5-tiny-gqa");
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(24);

  private static LlavaPipeline pocket;
  private static RgbImage first;
  private static RgbImage second;

  @BeforeAll
  static void load() {
    pocket = LlavaPipeline.load(EmbeddedModel.directory());
    Path scenes = EmbeddedModel.directory().resolve("scenes");
    first = ImageDecoder.decode(scenes.resolve("scene03.png"));
    second = ImageDecoder.decode(scenes.resolve("scene07.png"));
  }

  @AfterAll
  static void close() {
    pocket.close();
  }

  static Stream<TokenCompressor> methods() {
    return Stream.of(PositionPolicy.values())
        .flatMap(
            policy ->
                Stream.of(
                    new FastV(new FastVOptions(2, 0.75, policy)),
                    new FiCoCoL(
                        FiCoCoLOptions.of(1, DecoderRemovals.leaving(0.25))
                            .withPositions(policy))));
  }

  /** The second turn by hand: word by word on the cache that the first one left. */
  @ParameterizedTest
  @MethodSource("methods")
  void aLaterTurnGoesOnFromTheChoiceOfTheFirst(TokenCompressor method) throws Exception {
    RgbImage picture = ImageDecoder.decode(CHECKPOINT.resolve("images/rgb_123x77.png"));
    try (LlavaPipeline llava = LlavaPipeline.load(CHECKPOINT);
        Conversation conversation = llava.chat(method);
        LlavaModel model = LlavaModel.load(CHECKPOINT, Device.CPU, DType.FP32, LoadListener.NONE);
        PromptTokenizer tokenizer = PromptTokenizer.open(CHECKPOINT);
        TensorScope scope = new TensorScope();
        KvCache cache = model.decoder().newCache(256)) {
      conversation.show(picture);
      Answer one = conversation.say("What is this?", OPTIONS, TokenListener.NONE);
      Answer two = conversation.say("And that?", OPTIONS, TokenListener.NONE);

      ConversationTemplate template =
          ConversationTemplate.match(TokenizerConfig.read(CHECKPOINT).chatTemplate());
      PromptWriter writer = new PromptWriter(tokenizer, template, model.config());
      List<Message> turns =
          List.of(
              Message.user(1, "What is this?"),
              Message.assistant(one.text()),
              Message.user(0, "And that?"));
      Prompt asked = writer.write(turns.subList(0, 1), List.of(16));
      long[] held =
          LongStream.concat(
                  Arrays.stream(asked.ids()),
                  Arrays.stream(one.outputIds()).limit(one.outputIds().length - 1))
              .toArray();
      try (VisualTokens visual = encode(model, tokenizer, picture)) {
        Tensor embeds = model.splice(model.embed(asked.ids()), visual.features(), asked.visual());
        VisualBlock block =
            new VisualBlock(
                (int) asked.visual()[0],
                16,
                Objects.requireNonNull(method.insideDecoder(model.decoder().shape())));
        model.decoder().prefill(embeds.unsqueeze(0), cache, block);
      }
      for (int i = asked.length(); i < held.length; i++) {
        model.decoder().step(cache, held[i]);
      }
      long[] next = writer.write(turns, List.of(16)).ids();
      int common = Arrays.mismatch(held, next);
      cache.truncate(common < 0 ? held.length : common);
      Tensor logits = null;
      for (int i = (int) cache.length(); i < next.length; i++) {
        logits = model.decoder().step(cache, next[i]);
      }
      long[] answer = new long[two.outputIds().length];
      for (int i = 0; i < answer.length; i++) {
        answer[i] = Objects.requireNonNull(logits).argmax().item_long();
        logits = model.decoder().step(cache, answer[i]);
      }
      assertThat(two.outputIds()).isEqualTo(answer);
      assertThat(two.cost().visualTokens()).isEqualTo(one.cost().visualTokens());
      assertThat(one.visualTokensAfter()).isEqualTo(4);
      assertThat(two.visualTokensAfter()).isZero();
    }
  }

  private static VisualTokens encode(
      LlavaModel model, PromptTokenizer tokenizer, RgbImage picture) {
    ImageEncoder encoder =
        new ImageEncoder(
            model,
            PictureFiles.preprocessor(CHECKPOINT, model.config()),
            new PromptGuides(model, tokenizer, null));
    return encoder
        .encode(
            List.of(new ImageEncoder.Shown(new Visual.Picture(picture), "", 0)),
            new NoCompression(),
            new StageTimings.Clock())
        .get(0);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aPictureThatComesLaterIsReadWithTheWholeConversation(TokenCompressor method) {
    try (Conversation grown = pocket.chat(method);
        Conversation atOnce = pocket.chat(method)) {
      Answer hello = say(grown, "What color is the sky?");
      assertThat(hello.cost().visualTokens()).containsOnly(0);
      grown.show(first);
      Answer answer = say(grown, "Which shape is the largest?");
      atOnce.recall("What color is the sky?", hello.text());
      atOnce.show(first);
      assertThat(answer.outputIds())
          .isEqualTo(say(atOnce, "Which shape is the largest?").outputIds());
      assertThat(answer.visualTokensAfter()).isEqualTo(64);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aFailedTurnLeavesTheChoiceAsItWas(TokenCompressor method) {
    try (Conversation disturbed = pocket.chat(method);
        Conversation calm = pocket.chat(method)) {
      disturbed.show(first);
      say(disturbed, "Is the background dark or light?");
      assertThatThrownBy(
              () ->
                  disturbed.say(
                      "Describe the picture.",
                      OPTIONS,
                      text -> {
                        throw new IllegalStateException("the listener gave up");
                      }))
          .hasMessage("the listener gave up");
      calm.show(first);
      say(calm, "Is the background dark or light?");
      assertThat(say(disturbed, "Describe the picture.").outputIds())
          .isEqualTo(say(calm, "Describe the picture.").outputIds());
    }
  }

  @Test
  void aSecondPictureIsRefusedAndTheConversationGoesOn() {
    TokenCompressor method = new FastV(FastVOptions.defaults());
    try (Conversation conversation = pocket.chat(method);
        Conversation calm = pocket.chat(method)) {
      conversation.show(first);
      say(conversation, "Is the background dark or light?");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> conversation.show(second))
          .withMessage(
              "fastv: expected one picture or clip in a conversation, since it chooses among one"
                  + " unbroken block of visual tokens when the language model first reads them,"
                  + " got 2");
      calm.show(first);
      assertThatIllegalArgumentException().isThrownBy(() -> calm.show(second));
      say(calm, "Is the background dark or light?");
      assertThat(say(conversation, "Describe the picture.").outputIds())
          .isEqualTo(say(calm, "Describe the picture.").outputIds());
    }
  }

  @Test
  void batchesAnswerAsAlone() {
    List<TokenCompressor> methods =
        Stream.concat(Stream.of(new NoCompression()), methods()).toList();
    List<Request> requests =
        Stream.concat(
                methods.stream().map(method -> request(first, "Describe the picture.", method)),
                methods.stream().map(method -> request(second, "Is there a star?", method)))
            .toList();
    GenerationOptions sampled = OPTIONS.withTemperature(1).withSeed(3);
    for (GenerationOptions options : List.of(OPTIONS, sampled)) {
      List<Answer> together = pocket.askAll(requests, options);
      for (int i = 0; i < requests.size(); i++) {
        Answer alone =
            pocket.ask(requests.get(i), options.withSeed(options.seed() + i), TokenListener.NONE);
        assertThat(together.get(i).outputIds()).isEqualTo(alone.outputIds());
        assertThat(together.get(i).cost()).isEqualTo(alone.cost());
        assertThat(together.get(i).visualTokensAfter()).isEqualTo(alone.visualTokensAfter());
        assertThat(together.get(i).provenance().get(0).keptPatches())
            .isEqualTo(alone.provenance().get(0).keptPatches());
      }
    }
  }

  @Test
  void anAnswerTellsWhatEveryLayerSaw() {
    Answer plain = ask(new NoCompression());
    Answer fastV = ask(new FastV(new FastVOptions(2, 0.75, PositionPolicy.ORIGINAL)));
    assertThat(plain.cost().visualTokens()).containsExactly(256, 256, 256, 256);
    assertThat(plain.cost().paperRatio()).isEqualTo(1);
    assertThat(plain.cost().prefillFlops()).isEqualTo(plain.cost().prefillFlopsUncompressed());
    assertThat(fastV.cost().visualTokens()).containsExactly(256, 256, 64, 64);
    assertThat(fastV.visualTokensBefore()).isEqualTo(256);
    assertThat(fastV.visualTokensAfter()).isEqualTo(64);
    assertThat(fastV.provenance().get(0).keptPatches()).hasSize(64).isSorted();
    assertThat(fastV.cost().prefillFlopsUncompressed())
        .isEqualTo(plain.cost().prefillFlopsUncompressed());
    assertThat(fastV.cost().kvCacheBytes())
        .isEqualTo(plain.cost().kvCacheBytes() - 2L * 2 * 192 * 128 * Float.BYTES);
    FiCoCoLOptions options = FiCoCoLOptions.of(1, DecoderRemovals.leaving(0.25));
    Answer merged = ask(new FiCoCoL(options));
    assertThat(merged.cost().visualTokens()).containsExactly(256, 256, 160, 64);
    assertThat(merged.visualTokensAfter()).isEqualTo(64);
    assertThat(merged.provenance().get(0).mergedPatches()).hasSize(192);
  }

  private static Answer ask(TokenCompressor method) {
    return pocket.ask(
        request(first, "How many objects are there?", method), OPTIONS, TokenListener.NONE);
  }

  private static Request request(RgbImage picture, String question, TokenCompressor method) {
    return Request.of(picture, question).with(method);
  }

  private static Answer say(Conversation conversation, String text) {
    return conversation.say(text, OPTIONS, TokenListener.NONE);
  }
}
