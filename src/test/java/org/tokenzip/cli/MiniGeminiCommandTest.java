// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tokenzip.pipeline.MiniGeminiFolder;
import org.tokenzip.testing.SafetensorsWriter;
import org.tokenzip.weights.SafetensorsFile;
import org.tokenzip.weights.TensorInfo;

/** Mini-Gemini from the command line: where its towers may lie, and what is said if they do not. */
class MiniGeminiCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AUX_WEIGHTS = MiniGeminiFolder.AUX + "/open_clip_model.safetensors";

  @TempDir Path directory;
  private Path model;

  @BeforeEach
  void copy() {
    model = MiniGeminiFolder.copy(directory.resolve("MGM"), config -> {});
  }

  @Test
  void askAnswersAsTheReferenceAndDraws() throws IOException {
    JsonNode record = JSON.readTree(MiniGeminiFolder.FOLDER.resolve("expected.json").toFile());
    Path overlay = directory.resolve("overlay.png");
    Cli.Result result = ask("--method", "none", "--overlay", overlay.toString(), "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = JSON.readTree(result.out());
    assertThat(json.get("output_ids")).isEqualTo(record.at("/cases/single/generated_ids"));
    assertThat(json.at("/visual_tokens/before").asInt()).isEqualTo(16);
    // Padded to a square.
    assertThat(ImageIO.read(overlay.toFile()).getWidth()).isEqualTo(672);
    assertThat(ask("--keep", "6").exitCode()).isZero();
  }

  @Test
  void severalPicturesAreTakenWhole() throws IOException {
    Cli.Result result =
        ask("--keep=6", "--json", "-i", MiniGeminiFolder.file("rgb_56x56").toString());
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(JSON.readTree(result.out()).at("/visual_tokens/after").asInt()).isEqualTo(12);
  }

  @Test
  void towersMayLieBesideTheCheckpointOrInsideIt() throws IOException {
    String plain = ask("--json").out();
    // The ConvNeXt beside the model's folder, the CLIP tower out of the checkpoint into its own.
    Files.move(model.resolve(MiniGeminiFolder.AUX), directory.resolve(MiniGeminiFolder.AUX));
    String prefix = "model.vision_tower.vision_tower.";
    split(
        model.resolve("model.safetensors"),
        prefix,
        model.resolve(MiniGeminiFolder.CLIP).resolve("model.safetensors"));
    assertThat(answer(ask("--json").out())).isEqualTo(answer(plain));
    Files.delete(model.resolve(MiniGeminiFolder.CLIP).resolve("model.safetensors"));
    assertThat(ask())
        .extracting(Cli.Result::exitCode, result -> result.err().lines().count())
        .containsExactly(2, 1L);
    assertThat(ask().err())
        .contains(
            "expected the tower 'model_zoo/OpenAI/clip-vit-miniature' in the checkpoint or as"
                + " model.safetensors in one of")
        .contains("the checkpoint lacks");
  }

  @Test
  void aMissingSecondTowerIsNamedWithThePlacesLookedIn() throws IOException {
    Files.delete(model.resolve(AUX_WEIGHTS));
    assertThat(ask().err())
        .contains("expected the tower 'model_zoo/OpenAI/openclip-convnext-miniature'")
        .contains("open_clip_model.safetensors in one of " + model.resolve("model_zoo"))
        .contains(directory.resolve(MiniGeminiFolder.AUX).toString())
        .hasLineCount(1);
  }

  @Test
  void aSecondTowerOfAnotherShapeIsRefused() {
    MiniGeminiFolder.edit(
        model,
        MiniGeminiFolder.AUX + "/open_clip_config.json",
        root ->
            ((ObjectNode) root.at("/model_cfg/vision_cfg/model_args"))
                .putPOJO("dims", List.of(8, 16, 32, 24)));
    Cli.Result result = ask();
    assertThat(result.err())
        .contains("tensor 'visual.trunk.stages.2.blocks.0.conv_dw.bias' must have shape [32]")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void otherPictureSizesThanTheTowersAreRefused() {
    MiniGeminiFolder.edit(
        model,
        MiniGeminiFolder.CLIP + "/preprocessor_config.json",
        root -> root.putObject("crop_size").put("height", 32).put("width", 32));
    assertThat(ask().err()).contains("expected pictures of 28×28 pixels").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<|im_start|>", "<|eot_id|>"})
  void otherLanguageModelsAreToldByTheirVocabulary(String token) {
    MiniGeminiFolder.edit(
        model,
        "tokenizer.json",
        root ->
            root.withArray("added_tokens")
                .addObject()
                .put("id", 448)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
    assertThat(ask().err())
        .contains("expected the vocabulary of Vicuna")
        .contains("got one with the token " + token)
        .hasLineCount(1);
  }

  private Cli.Result ask(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ask",
                "--model",
                model.toString(),
                "--image",
                MiniGeminiFolder.file("rgb_123x77").toString(),
                "--prompt",
                "Which shape is red?",
                "--max-new-tokens",
                "12"));
    arguments.addAll(List.of(options));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static JsonNode answer(String json) throws IOException {
    return JSON.readTree(json).get("output_ids");
  }

  /** Moves the tensors whose names begin with {@code prefix} to {@code target}, without it. */
  private static void split(Path checkpoint, String prefix, Path target) throws IOException {
    SafetensorsWriter stay = new SafetensorsWriter();
    SafetensorsWriter move = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
      for (TensorInfo tensor : file.tensors().values()) {
        byte[] bytes = new byte[Math.toIntExact(tensor.length())];
        file.bytes(tensor.name()).get(bytes);
        boolean moves = tensor.name().startsWith(prefix);
        String name = moves ? tensor.name().substring(prefix.length()) : tensor.name();
        (moves ? move : stay).raw(name, tensor.type().name(), bytes, tensor.dims());
      }
    }
    stay.write(checkpoint);
    move.write(target);
  }
}
