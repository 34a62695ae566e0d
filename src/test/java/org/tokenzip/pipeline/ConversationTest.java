// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.testing.NoLeaks;

@ExtendWith(NoLeaks.class)
class ConversationTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(64);

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

  @Test
  void laterTurnsAnswerAsIfAskedAtOnce() {
    for (TokenCompressor compressor : List.of(new NoCompression(), visionZip(64))) {
      try (Conversation reused = pocket.chat(compressor)) {
        reused.show(first);
        Answer one = say(reused, "How many objects are there?");
        Answer two = say(reused, "Describe the picture.");
        reused.show(second);
        Answer three = say(reused, "Which shape is the largest?");
        assertThat(two.visualTokensBefore()).isZero();
        assertThat(two.timings().nanos(Stage.VISION_TOWER)).isZero();
        assertThat(two.promptTokens()).isGreaterThan(one.promptTokens());
        try (Conversation fresh = pocket.chat(compressor)) {
          fresh.show(first);
          fresh.recall("How many objects are there?", one.text());
          fresh.recall("Describe the picture.", two.text());
          fresh.show(second);
          Answer atOnce = say(fresh, "Which shape is the largest?");
          assertThat(atOnce.outputIds()).isEqualTo(three.outputIds());
          assertThat(atOnce.promptTokens()).isEqualTo(three.promptTokens());
        }
      }
    }
  }

  @Test
  void aFailedTurnLeavesTheConversationAsItWas() {
    try (Conversation disturbed = pocket.chat();
        Conversation calm = pocket.chat()) {
      disturbed.show(first);
      say(disturbed, "Is the background dark or light?");
      disturbed.show(second);
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
      calm.show(second);
      assertThat(say(disturbed, "How many objects are there?").outputIds())
          .isEqualTo(say(calm, "How many objects are there?").outputIds());
    }
  }

  @Test
  void aFailedRecallLeavesTheConversationAsItWas() {
    try (Conversation disturbed = pocket.chat();
        Conversation calm = pocket.chat()) {
      disturbed.show(first);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> disturbed.recall("What is <image>?", "A picture."));
      calm.show(first);
      assertThat(say(disturbed, "How many objects are there?").outputIds())
          .isEqualTo(say(calm, "How many objects are there?").outputIds());
    }
  }

  @Test
  void anAnswerThatSpellsThePlaceholderIsNotAPicture() {
    try (Conversation conversation = pocket.chat()) {
      conversation.show(first);
      conversation.recall("What is this?", "An <im<image>age>.");
      assertThat(say(conversation, "How many objects are there?").visualTokensAfter()).isZero();
    }
  }

  @Test
  void theListenerHearsTheWholeAnswer() {
    StringBuilder heard = new StringBuilder();
    try (Conversation conversation = pocket.chat()) {
      conversation.show(first);
      Answer answer = conversation.say("Describe the picture.", OPTIONS, heard::append);
      assertThat(heard).hasToString(answer.text());
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void anAnswerEndsAtItsLimit() {
    Answer answer =
        pocket.ask(
            Request.of(first, "Describe the picture."),
            OPTIONS.withMaxNewTokens(3),
            TokenListener.NONE);
    assertThat(answer.outputIds()).hasSize(3);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void anAbsurdLimitCostsNothing() {
    Answer answer =
        pocket.ask(
            Request.of(first, "How many objects are there?"),
            OPTIONS.withMaxNewTokens(Integer.MAX_VALUE),
            TokenListener.NONE);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void batchesAnswerAsAlone() {
    List<Request> requests =
        List.of(
            Request.of(first, "Describe the picture."),
            Request.of(second, "Which shape is the largest?"),
            Request.of(first, "Is there a red star?").with(visionZip(64)),
            Request.of(List.of(), "What color is the sky?"),
            Request.of(
                    List.of(new Visual.Picture(second), new Visual.Picture(first)),
                    "Which shape is red?")
                .with(visionZip(64)),
            Request.of(List.of(new Visual.Clip(List.of(first, second))), "Which shape is red?")
                .with(visionZip(64)));
    List<Answer> together = pocket.askAll(requests, OPTIONS);
    for (int i = 0; i < requests.size(); i++) {
      Answer alone = pocket.ask(requests.get(i), OPTIONS, TokenListener.NONE);
      assertThat(together.get(i).outputIds()).isEqualTo(alone.outputIds());
      assertThat(together.get(i).text()).isEqualTo(alone.text());
      assertThat(together.get(i).visualTokensAfter()).isEqualTo(alone.visualTokensAfter());
    }
    assertThat(pocket.askAll(List.of(), OPTIONS)).isEmpty();
  }

  /** A model made for pictures sees a clip as one picture whose tokens are those of its frames. */
  @Test
  void aClipIsItsFramesInOrder() {
    Answer clip =
        pocket.ask(
            Request.of(List.of(new Visual.Clip(List.of(first, second, first))), "Which is red?")
                .with(visionZip(64)),
            OPTIONS,
            TokenListener.NONE);
    assertThat(clip.visualTokensBefore()).isEqualTo(3 * 256);
    assertThat(clip.visualTokensAfter()).isEqualTo(3 * 64);
    assertThat(clip.provenance()).hasSize(1);
    Provenance frames = clip.provenance().get(0);
    assertThat(frames.tokens().stream().map(OutputToken::view)).isSorted().containsOnly(0, 1, 2);
    Provenance one = ask(first, visionZip(64)).provenance().get(0);
    Provenance two = ask(second, visionZip(64)).provenance().get(0);
    int[] expected =
        IntStream.concat(
                Arrays.stream(one.keptPatches()),
                IntStream.concat(
                    Arrays.stream(two.keptPatches()).map(patch -> patch + 256),
                    Arrays.stream(one.keptPatches()).map(patch -> patch + 512)))
            .toArray();
    assertThat(frames.keptPatches()).isEqualTo(expected);
  }

  @Test
  void severalPicturesAreSeenInOrder() {
    Request both =
        Request.of(List.of(new Visual.Picture(first), new Visual.Picture(second)), "Which is red?");
    Answer answer = pocket.ask(both.with(visionZip(64)), OPTIONS, TokenListener.NONE);
    assertThat(answer.visualTokensAfter()).isEqualTo(128);
    assertThat(answer.provenance()).hasSize(2);
    try (Conversation conversation = pocket.chat(visionZip(64))) {
      conversation.show(first);
      conversation.show(second);
      assertThat(conversation.say("Which is red?", OPTIONS, TokenListener.NONE).outputIds())
          .isEqualTo(answer.outputIds());
    }
  }

  @Test
  void threadsShareAPipeline() {
    List<String> questions =
        List.of("How many objects are there?", "Describe the picture.", "Is there a red star?");
    List<String> alone = questions.stream().map(question -> ask(question).text()).toList();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<CompletableFuture<String>> answers =
          IntStream.range(0, 9)
              .mapToObj(i -> questions.get(i % questions.size()))
              .map(question -> CompletableFuture.supplyAsync(() -> ask(question).text(), threads))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join()).isEqualTo(alone.get(i % questions.size()));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aConversationIsConfinedToOneThreadAtATime() {
    try (Conversation conversation = pocket.chat()) {
      conversation.show(first);
      conversation.say(
          "Is the background dark or light?",
          OPTIONS,
          text ->
              assertThatIllegalStateException()
                  .isThrownBy(() -> conversation.say("And now?"))
                  .withMessageContaining("one thread at a time"));
    }
  }

  @Test
  void badTurnsAreRefused() {
    try (Conversation conversation = pocket.chat(visionZip(100_000))) {
      conversation.show(first);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> conversation.say("How many objects are there?"))
          .withMessageContaining("at most 257")
          .withMessageContaining("got 100000");
    }
    try (Conversation conversation = pocket.chat()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> conversation.say("What is <image>?"))
          .withMessageContaining("placeholder");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> conversation.say("word ".repeat(2000)))
          .withMessageContaining("expected at most 1024");
    }
    try (Conversation conversation = pocket.chat()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> conversation.system("Be brief."))
          .withMessageContaining("no place for a system message");
    }
    Conversation closed = pocket.chat();
    closed.close();
    closed.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> closed.say("Still there?"))
        .withMessageContaining("closed");
  }

  private static Answer ask(RgbImage picture, TokenCompressor compressor) {
    Request request = Request.of(picture, "Which shape is red?").with(compressor);
    return pocket.ask(request, OPTIONS, TokenListener.NONE);
  }

  private static Answer ask(String question) {
    return pocket.ask(Request.of(first, question), OPTIONS, TokenListener.NONE);
  }

  private static Answer say(Conversation conversation, String text) {
    return conversation.say(text, OPTIONS, TokenListener.NONE);
  }

  private static VisionZip visionZip(int keep) {
    return new VisionZip(VisionZipOptions.forBudget(keep));
  }
}
