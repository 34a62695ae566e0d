// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Families of models from the command line. */
class ModelFamiliesTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final String NEXT = "llava-1.6-tiny";
  private static final String ONEVISION = "llava-onevision-tiny";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({NEXT + ",none", NEXT + ",visionzip_5_3", ONEVISION + ",visionzip_4_3"})
  void askAnswersAsTheReference(String model, String record) throws IOException {
    JsonNode expected = JSON.readTree(FIXTURES.resolve(model).resolve("expected.json").toFile());
    JsonNode method = expected.at("/compress/" + record);
    JsonNode single = expected.at("/cases/single");
    List<String> budget =
        record.equals("none")
            ? List.of("--method", "none")
            : List.of(
                "--dominant",
                method.get("dominant").asText(),
                "--contextual",
                method.get("contextual").asText());
    Path overlay = directory.resolve("overlay.png");
    Stream<String> fixed =
        Stream.of(
            "ask",
            "--model",
            FIXTURES.resolve(model).toString(),
            "--image",
            picture(model, single.at("/images/0").asText()),
            "--prompt",
            single.at("/conversation/0/content/1/text").asText(),
            "--max-new-tokens",
            "24",
            "--overlay",
            overlay.toString(),
            "--json");
    Cli.Result result = Cli.run(Stream.concat(fixed, budget.stream()).toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = JSON.readTree(result.out());
    assertThat(json.get("output_ids")).isEqualTo(method.get("generated_ids"));
    assertThat(json.at("/visual_tokens/before").asInt()).isEqualTo(68);
    assertThat(json.at("/visual_tokens/after").asInt())
        .isEqualTo(method.get("visual_positions").size());
    assertThat(ImageIO.read(overlay.toFile()).getWidth()).isGreaterThanOrEqualTo(56);
  }

  @Test
  void positionsAreCountedThroughAllViews() throws IOException {
    Cli.Result result =
        Cli.run(
            "ask",
            "-m",
            FIXTURES.resolve(NEXT).toString(),
            "-i",
            picture(NEXT, "wide_170x60"),
            "-p",
            "Is there a dog near the red bicycle?",
            "--dominant",
            "5",
            "--contextual",
            "3",
            "--json");
    JsonNode json = JSON.readTree(result.out());
    // The whole picture's, then the crops' patches along the stitched map, then the crops' CLS.
    assertThat(json.get("kept")).hasSize(20);
    assertThat(json.get("kept").toString())
        .startsWith("[0,5,10,11,12,37,25,26,29,")
        .endsWith(",17,34,51]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        NEXT
            + " | preprocessor_config.json | 168, | 224, | preprocessor_config.json: image_grid_pinpoints: expected those of config.json, got others",
        NEXT
            + " | preprocessor_config.json | \"do_resize\": true | \"do_resize\": false | preprocessor_config.json: do_resize: expected true, since crops are cut, got false",
        NEXT
            + " | preprocessor_config.json | \"shortest_edge\": 56 | \"shortest_edge\": 64 | preprocessor_config.json: expected pictures of 56×56 pixels for the vision tower, got 64×64",
        NEXT
            + " | preprocessor_config.json | \"width\": 56 | \"width\": 64 | preprocessor_config.json: expected pictures of 56×56 pixels for the vision tower, got 64×56",
        NEXT
            + " | config.json | \"vision_feature_select_strategy\": \"default\" | \"vision_feature_select_strategy\": \"full\" | vision_feature_select_strategy: expected \"default\" for a CLIP tower, got \"full\"",
        ONEVISION
            + " | config.json | \"vision_feature_select_strategy\": \"full\" | \"vision_feature_select_strategy\": \"default\" | vision_feature_select_strategy: expected \"full\" for a SigLIP tower, got \"default\"",
        ONEVISION
            + " | config.json | anyres_max_4 | pad | 'vision_aspect_ratio' must be anyres_max_ and a number, got '\"pad\"'",
        ONEVISION
            + " | config.json | \"llava_onevision\" | \"llava_next_video\" | 'model_type' must be a supported model type (llava, llava_next, llava_onevision",
        ONEVISION
            + " | config.json | \"llava_onevision\" | \"llava\" | expected only tensors that config.json accounts for, got 1 more: 'image_newline'",
      })
  void whatDoesNotFitIsRefusedInOneSentence(
      String model, String file, String from, String to, String complaint) throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES.resolve(model))) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.copy(each, directory.resolve(each.getFileName()));
      }
    }
    Path changed = directory.resolve(file);
    String content = Files.readString(changed);
    assertThat(content).contains(from);
    Files.writeString(changed, content.replace(from, to));
    Cli.Result result = ask(model);
    assertThat(result.err()).contains(complaint).hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void aModelOnQwenNeedsItsTemplate() throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES.resolve(ONEVISION))) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        if (!each.getFileName().toString().startsWith("chat_template")) {
          Files.copy(each, directory.resolve(each.getFileName()));
        }
      }
    }
    Cli.Result result = ask(ONEVISION);
    assertThat(result.err())
        .contains("tokenizer_config.json: expected a chat_template, here or in");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  private Cli.Result ask(String model) {
    return Cli.run(
        "ask",
        "-m",
        directory.toString(),
        "-i",
        picture(model, "wide_170x60"),
        "-p",
        "Is it?",
        "--method",
        "none",
        "--max-new-tokens",
        "1");
  }

  private static String picture(String model, String name) {
    return FIXTURES.resolve(model).resolve("images").resolve(name + ".png").toString();
  }
}
