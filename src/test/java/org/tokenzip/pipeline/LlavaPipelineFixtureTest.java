// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.testing.FixtureFolders.elements;
import static org.tokenzip.testing.FixtureFolders.longs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.PromptGuide;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.VisualBlock;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.MergeLists;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.TokenizerConfig;

/** From picture files and questions to answers, compressed and not, as the reference gives them. */
@ExtendWith(NoLeaks.class)
class LlavaPipelineFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#pipelines";
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(24);

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void conversationsAreAnsweredAsByTheReference(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaPipeline llava = LlavaPipeline.load(folder)) {
      int compared = 0;
      for (JsonNode expected : fixture.expected("cases")) {
        try (Conversation conversation = llava.chat()) {
          Answer answer = replay(conversation, fixture, expected);
          assertThat(answer.outputIds()).isEqualTo(longs(expected.get("generated_ids")));
          assertThat(answer.text()).isEqualTo(expected.get("generated_text").asText());
          assertThat(answer.promptTokens()).isEqualTo(expected.get("input_ids").size());
        }
        compared++;
      }
      assertThat(compared).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void compressedPromptsAgree(Path folder) throws Exception {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32);
        TextTowerFolder textTower = textTower(folder, model);
        PromptTokenizer tokenizer = PromptTokenizer.open(folder)) {
      ConversationTemplate template =
          ConversationTemplate.match(TokenizerConfig.read(folder).chatTemplate());
      PromptWriter writer = new PromptWriter(tokenizer, template, model.config());
      PromptGuides guides = new PromptGuides(model, tokenizer, textTower);
      ImageEncoder encoder =
          new ImageEncoder(model, PictureFiles.preprocessor(folder, model.config()), guides);
      for (Map.Entry<String, JsonNode> method : supported(fixture)) {
        JsonNode base = base(fixture, method.getValue());
        List<Message> messages =
            elements(base.get("conversation")).map(LlavaPipelineFixtureTest::message).toList();
        String question = messages.get(messages.size() - 1).text();
        String asked = method.getValue().path("question").asText(question);
        List<ImageEncoder.Shown> pictures =
            FixtureVisuals.of(fixture, base).stream()
                .map(visual -> new ImageEncoder.Shown(visual, asked, 0))
                .toList();
        VisionTower tower =
            pictures.get(0).visual() instanceof Visual.Clip ? model.clipTower() : model.tower();
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(256);
            VisualTokens visual =
                encoder.encode(pictures, compressor(method), new StageTimings.Clock()).get(0)) {
          Prompt prompt = writer.write(messages, List.of(visual.count()));
          Tensor embeds =
              model.splice(model.embed(prompt.ids()), visual.features(), prompt.visual());
          String name = "compress." + method.getKey();
          Parity.assertStates(name, embeds, fixture.floats(name + ".inputs_embeds"));
          VisualBlock block = block(compressor(method), model, prompt);
          Parity.assertLogits(
              name,
              new Prefill(embeds.unsqueeze(0), cache, block, 0).run(model.decoder()),
              fixture.floats(name + ".last_logits"),
              Parity.LOGITS);
          assertProvenance(visual.provenance(), method.getValue().get("provenance"));
          DecoderTrace.of(model, prompt, block).assertIs(method.getValue());
          long[] answer = longs(method.getValue().get("generated_ids"));
          for (int i = 0; i < answer.length - 1; i++) {
            model.decoder().step(cache, answer[i]).close();
          }
          assertThat(DecoderTrace.lengths(model, cache))
              .as(name)
              .isEqualTo(longs(method.getValue().get("cache_lengths_after_last_step")));
          assertGuidance(fixture, name, () -> guides.of(tower, asked, compressor(method)), visual);
          try (VisualTokens whole =
              encoder.encode(pictures, new NoCompression(), new StageTimings.Clock()).get(0)) {
            assertKept(visual.provenance(), whole.provenance(), method);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void compressedQuestionsAreAnsweredAsByTheReference(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaPipeline llava = LlavaPipeline.load(folder, options(folder))) {
      for (Map.Entry<String, JsonNode> method : supported(fixture)) {
        JsonNode base = base(fixture, method.getValue());
        String said = question(base.get("conversation").get(base.get("conversation").size() - 1));
        if (!method.getValue().path("question").asText(said).equals(said)) {
          continue; // guided by another text than the prompt's
        }
        Answer answer;
        try (Conversation conversation = llava.chat(compressor(method))) {
          answer = replay(conversation, fixture, base);
        }
        assertThat(answer.outputIds())
            .as(method.getKey())
            .isEqualTo(longs(method.getValue().get("generated_ids")));
        int visual = method.getValue().get("visual_positions").size();
        long[] lengths = longs(method.getValue().get("layer_lengths"));
        long text = lengths[0] - visual;
        assertThat(answer.cost().visualTokens())
            .isEqualTo(Arrays.stream(lengths).mapToObj(n -> (int) (n - text)).toList());
        assertThat(answer.visualTokensAfter())
            .isEqualTo(answer.cost().visualTokens().get(lengths.length - 1));
      }
    }
  }

  /** Whatever the numbers of views and tokens of the others in the batch. */
  @ParameterizedTest
  @MethodSource(FOLDERS)
  void aBatchOfAllPicturesGivesWhatEachGivesAlone(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaPipeline llava = LlavaPipeline.load(folder)) {
      List<Request> requests = new ArrayList<>();
      for (JsonNode expected : fixture.expected("cases")) {
        for (Visual visual : FixtureVisuals.of(fixture, expected)) {
          String question = "Is it?" + " Why?".repeat(requests.size());
          requests.add(Request.of(List.of(visual), question));
        }
      }
      List<Answer> together = llava.askAll(requests, OPTIONS);
      for (int i = 0; i < together.size(); i++) {
        Answer alone = llava.ask(requests.get(i), OPTIONS, TokenListener.NONE);
        assertThat(together.get(i).outputIds()).isEqualTo(alone.outputIds());
        assertThat(together.get(i).visualTokensBefore()).isEqualTo(alone.visualTokensBefore());
        assertThat(together.get(i).provenance().get(0).tokens()).hasSize(alone.visualTokensAfter());
      }
    }
  }

  /** Earlier turns are recalled with the answers the fixture has, the last one is asked. */
  private static Answer replay(Conversation conversation, LlavaFixture fixture, JsonNode expected) {
    Iterator<Visual> visuals = FixtureVisuals.of(fixture, expected).iterator();
    List<JsonNode> turns = elements(expected.get("conversation")).toList();
    for (int i = 0; i < turns.size(); i++) {
      String text = question(turns.get(i));
      if (turns.get(i).get("role").asText().equals("system")) {
        conversation.system(text);
        continue;
      }
      elements(turns.get(i).get("content"))
          .filter(part -> !part.get("type").asText().equals("text"))
          .forEach(part -> conversation.show(visuals.next()));
      if (i == turns.size() - 1) {
        return conversation.say(text, OPTIONS, TokenListener.NONE);
      }
      conversation.recall(text, question(turns.get(++i)));
    }
    throw new AssertionError("the conversation does not end with a question");
  }

  /** The methods of the fixture that this library has. */
  private static List<Map.Entry<String, JsonNode>> supported(LlavaFixture fixture) {
    List<Map.Entry<String, JsonNode>> methods = new ArrayList<>();
    fixture
        .expected("compress")
        .properties()
        .forEach(
            method -> {
              if (FixtureMethods.of(method.getKey(), method.getValue()).isPresent()) {
                methods.add(method);
              }
            });
    return methods;
  }

  private static TokenCompressor compressor(Map.Entry<String, JsonNode> method) {
    return FixtureMethods.of(method.getKey(), method.getValue()).orElseThrow();
  }

  private static @Nullable VisualBlock block(
      TokenCompressor compressor, LlavaModel model, Prompt prompt) {
    DecoderReduction method = compressor.insideDecoder(model.decoder().shape());
    return method == null
        ? null
        : new VisualBlock((int) prompt.visual()[0], prompt.visual().length, method);
  }

  private static JsonNode base(LlavaFixture fixture, JsonNode method) {
    return fixture.expected("cases", method.get("base_case").asText());
  }

  private static void assertProvenance(Provenance provenance, JsonNode expected) {
    List<JsonNode> views = elements(expected.path("views")).toList();
    if (views.stream().anyMatch(view -> view.has("cells"))) {
      assertCells(provenance, expected);
      return;
    }
    for (int i = 0; i < views.size(); i++) {
      MergeLists actual = MergeLists.ofView(provenance, i);
      JsonNode view = views.get(i);
      assertThat(actual.kept()).isEqualTo(ints(view.get("dominant")));
      assertThat(actual.targets()).isEqualTo(ints(view.get("target")));
      assertThat(actual.merged()).isEqualTo(ints(view.get("merged")));
      assertThat(actual.assignment()).isEqualTo(ints(view.get("assign")));
    }
    if (views.size() > 1 && expected.has("order")) { // frames have none: they follow one another
      assertThat(MergeLists.order(provenance))
          .usingRecursiveComparison()
          .isEqualTo(elements(expected.get("order")).map(LlavaPipelineFixtureTest::ints).toList());
    }
  }

  /** Survivors of every view, each in the order of the picture. */
  private static void assertCells(Provenance provenance, JsonNode expected) {
    List<int[]> cells =
        elements(expected.get("views")).map(view -> ints(view.get("cells"))).toList();
    List<Integer> anchors = new ArrayList<>();
    for (JsonNode place : expected.get("order")) {
      int view = place.get(0).asInt();
      anchors.add(view * provenance.patchesPerView() + cells.get(view)[place.get(1).asInt()]);
    }
    assertThat(provenance.tokens().stream().map(OutputToken::anchor).toList()).isEqualTo(anchors);
  }

  /** What the prompt-guided methods go by, where the record has it. */
  private static void assertGuidance(
      LlavaFixture fixture, String name, Supplier<PromptGuide> guided, VisualTokens visual) {
    if (!fixture.has(name + ".relevance")) {
      return;
    }
    PromptGuide guide = guided.get();
    float[] relevance = fixture.floats(name + ".relevance");
    float[] scores = visual.provenance().scores();
    Parity.assertStates(name + " relevance", Tensors.vector(scores), relevance);
    boolean pooled = fixture.has(name + ".pooled");
    Tensor text = pooled ? guide.pooled(false) : guide.segments();
    Parity.assertStates(name + " text", text, fixture.floats(name + ".text_embeds"));
    if (pooled && visual.provenance().scores().length == visual.provenance().patchesPerView()) {
      // Of one view only; several are stitched.
      Parity.assertStates(name + " pooled", visual.features(), fixture.floats(name + ".pooled"));
    }
  }

  private static void assertKept(
      Provenance provenance, Provenance whole, Map.Entry<String, JsonNode> method) {
    JsonNode record = method.getValue().path("provenance");
    List<Integer> anchors = new ArrayList<>();
    if (method.getKey().equals("divprune")) { // places in the whole sequence
      elements(record.get("keep"))
          .forEach(i -> anchors.add(whole.tokens().get(i.asInt()).anchor()));
    } else if (method.getKey().startsWith("cdpruner")) { // patches of every view
      JsonNode keep = record.get("keep");
      if (keep.size() == 1) {
        elements(keep.get(0)).forEach(patch -> anchors.add(patch.asInt()));
      } else {
        elements(record.get("order"))
            .forEach(
                place -> {
                  int view = place.get(0).asInt();
                  int patch = keep.get(view).get(place.get(1).asInt()).asInt();
                  anchors.add(view * provenance.patchesPerView() + patch);
                });
      }
    } else {
      return;
    }
    assertThat(provenance.tokens().stream().map(OutputToken::anchor).toList())
        .as(method.getKey())
        .isEqualTo(anchors);
  }

  private static PipelineOptions options(Path folder) {
    return PipelineOptions.defaults().withTextTower(FixtureFolders.textTower(folder));
  }

  private static TextTowerFolder textTower(Path folder, LlavaModel model) {
    Path named = FixtureFolders.textTower(folder);
    return TextTowerFolder.find(folder, named, model.config().vision(), model.device());
  }

  private static int[] ints(JsonNode array) {
    return elements(array).mapToInt(JsonNode::asInt).toArray();
  }

  private static Message message(JsonNode turn) {
    String text = question(turn);
    return switch (turn.get("role").asText()) {
      case "system" -> Message.system(text);
      case "assistant" -> Message.assistant(text);
      default -> Message.user(parts(turn, "image"), parts(turn, "video"), text);
    };
  }

  private static int parts(JsonNode turn, String type) {
    return (int)
        elements(turn.get("content"))
            .filter(part -> part.get("type").asText().equals(type))
            .count();
  }

  private static String question(JsonNode message) {
    return elements(message.get("content"))
        .filter(part -> part.get("type").asText().equals("text"))
        .map(part -> part.get("text").asText())
        .findFirst()
        .orElseThrow();
  }
}
