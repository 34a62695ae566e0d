// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.testing.Clip;

class CommandsTest {
  private static final String SCENE = Cli.scene("scene14.png").toString();
  private static final String QUESTION = "What color is the square?";

  @TempDir Path directory;

  @Test
  void askPrintsTheAnswerAndNothingElse() {
    Cli.Result result = Cli.run("ask", "--image", SCENE, "--prompt", QUESTION);
    assertThat(result).isEqualTo(new Cli.Result(0, "orange" + System.lineSeparator(), ""));
  }

  @Test
  void jsonHoldsTheAnswerItsProvenanceAndItsCost() throws IOException {
    Cli.Result result =
        Cli.run("ask", "-i", SCENE, "-p", QUESTION, "--keep", "64", "--json", "--seed", "1");
    assertThat(result.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.get("answer").asText()).isEqualTo("orange");
    assertThat(json.get("output_ids").isEmpty()).isFalse();
    assertThat(json.get("prompt_tokens").asInt()).isGreaterThan(64);
    assertThat(json.at("/visual_tokens/before").asInt()).isEqualTo(256);
    assertThat(json.at("/visual_tokens/after").asInt()).isEqualTo(64);
    assertThat(json.get("kept")).hasSize(54);
    assertThat(json.get("targets")).hasSize(10);
    assertThat(json.get("merged")).hasSize(257 - 54 - 10);
    List<String> stages = new ArrayList<>();
    json.get("timings_ms").fieldNames().forEachRemaining(stages::add);
    assertThat(stages)
        .containsExactly(
            "preprocess", "vision_tower", "select_merge", "projector", "prefill", "decode");
  }

  @ParameterizedTest
  @CsvSource({"divprune, 64, 0", "cdpruner, 64, 0", "cdpruner-centred, 64, 0", "ppllava, 0, 64"})
  void methodsOnProjectedTokensAccountForThem(String method, int kept, int pooled)
      throws IOException {
    Path overlay = directory.resolve("overlay.png");
    Cli.Result result =
        Cli.run(
            "ask",
            "-i",
            SCENE,
            "-p",
            QUESTION,
            "--method",
            method,
            "--keep=64",
            "--json",
            "--overlay",
            overlay.toString());
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.get("answer").asText()).isEqualTo("orange");
    assertThat(json.at("/visual_tokens/after").asInt()).isEqualTo(64);
    assertThat(json.get("kept")).hasSize(kept);
    assertThat(json.get("pooled")).hasSize(pooled).allMatch(window -> window.size() == 4);
    assertThat(overlay).isNotEmptyFile();
  }

  /** Methods that merge what they do not keep: every patch has gone into one token. */
  @ParameterizedTest
  @CsvSource({
    "visionzip, 64, kept merged",
    "tome, 64, kept merged",
    "evit, 64, kept fused",
    "average-pool, 64, pooled",
    "ppllava, 64, pooled",
    "none, 256, kept"
  })
  void jsonTellsOfEveryTokenWhatWentIntoIt(String method, int count, String kinds)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("ask", "-p", QUESTION, "--json"));
    command.addAll(List.of("-i", SCENE, "-i", Cli.scene("scene15.png").toString()));
    command.addAll(List.of("--method", method));
    if (count < 256) {
      command.add("--keep=" + count);
    }
    Cli.Result result = Cli.run(command.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode pictures = new ObjectMapper().readTree(result.out()).get("provenance");
    assertThat(pictures).hasSize(2);
    for (JsonNode tokens : pictures) {
      assertThat(tokens).hasSize(count);
      List<Integer> positions = new ArrayList<>();
      for (JsonNode token : tokens) {
        String kind = token.get("kind").asText();
        assertThat((kinds + " cls").split(" ")).contains(kind);
        assertThat(token.get("anchor").isNull())
            .isEqualTo(List.of("fused", "pooled").contains(kind));
        if (!token.get("anchor").isNull()) {
          positions.add(token.get("anchor").asInt());
        }
        token.get("sources").forEach(source -> positions.add(source.asInt()));
      }
      assertThat(tokens.findValuesAsText("kind")).contains(kinds.split(" "));
      assertThat(positions.stream().filter(position -> position > 0)) // CLS where it is kept
          .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 256).boxed().toList());
    }
  }

  @Test
  void cdPrunerDoesWithoutATextTower() throws IOException {
    String model = DamagedModel.copyTo(directory).path(); // which has none
    Cli.Result result =
        Cli.run("ask", "-m", model, "-i", SCENE, "-p", QUESTION, "--method=cdpruner", "--keep=128");
    assertThat(result).isEqualTo(new Cli.Result(0, "orange" + System.lineSeparator(), ""));
  }

  @Test
  void jsonCountsWhatEveryLayerOfTheLanguageModelSees() throws IOException {
    Cli.Result result =
        Cli.run("ask", "-i", SCENE, "-p", QUESTION, "--method", "fastv", "--keep", "64", "--json");
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.at("/visual_tokens/after").asInt()).isEqualTo(64);
    assertThat(json.get("kept")).hasSize(64);
    assertThat(json.get("visual_tokens_per_layer")).hasToString("[256,256,64,64]");
    JsonNode cost = json.get("cost");
    assertThat(cost.get("prefill_tflops").asDouble())
        .isPositive()
        .isLessThan(cost.get("prefill_tflops_uncompressed").asDouble());
    int text = json.get("prompt_tokens").asInt() - 256;
    assertThat(cost.get("kv_cache_bytes").asLong())
        .isEqualTo(2L * (4 * text + 2 * 256 + 2 * 64) * 128 * Float.BYTES);
    assertThat(cost.get("kv_cache_bytes_uncompressed").asLong())
        .isEqualTo(2L * 4 * (text + 256) * 128 * Float.BYTES);
    assertThat(cost.get("paper_ratio").asDouble()).isBetween(0.5, 0.8);
  }

  @Test
  void askDrawsThePatches() throws IOException {
    Path overlay = directory.resolve("overlay.png");
    Cli.Result result =
        Cli.run("ask", "-i", SCENE, "-p", QUESTION, "--overlay", overlay.toString());
    assertThat(result.exitCode()).isZero();
    assertThat(ImageIO.read(overlay.toFile()).getWidth()).isGreaterThanOrEqualTo(224);
  }

  @Test
  void samplingWithASeedRepeatsItself() {
    String[] sampled = {
      "ask", "-i", SCENE, "-p", "Describe the picture.", "--temperature", "1.5", "--seed", "7"
    };
    assertThat(Cli.run(sampled)).isEqualTo(Cli.run(sampled));
  }

  @Test
  void chatAnswersLineByLine() {
    Cli.Result result =
        Cli.runWithInput(
            QUESTION + "\n\nWhere is the blue ring?\n/reset\n" + QUESTION + "\n/quit\nWhy?\n",
            "chat",
            "-i",
            SCENE);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines()).hasSize(3).startsWith("orange").endsWith("orange");
  }

  @Test
  void chatGoesOnAfterALineItRefuses() {
    Cli.Result result =
        Cli.runWithInput(
            "/image nowhere.png\n/image\n/video\n/dance\n/image " + SCENE + "\n" + QUESTION + "\n",
            "chat");
    assertThat(result.out().lines()).containsExactly("orange");
    assertThat(result.err().lines()).hasSize(4).allMatch(line -> line.startsWith("tokenzip: "));
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void aVideoIsAskedAbout() {
    RgbImage scene = ImageDecoder.decode(Path.of(SCENE));
    Path clip =
        Clip.of(Clip.Format.WEBM, List.of(scene, scene, scene)).write(directory.resolve("c.webm"));
    Cli.Result asked =
        Cli.run("ask", "--video", clip.toString(), "--frames=2", "-p", QUESTION, "--json");
    assertThat(asked.err()).isEmpty();
    assertThat(asked.out()).contains("\"before\":512,\"after\":128");
    Cli.Result talked =
        Cli.runWithInput("/video " + clip + "\n" + QUESTION + "\n", "chat", "--keep=16");
    assertThat(talked.exitCode()).isZero();
    assertThat(talked.out().lines()).hasSize(1);
  }

  @Test
  void demoShowsAnswersCostsAndADrawing() {
    Path overlay = directory.resolve("demo.png");
    Cli.Result result = Cli.run("demo", "--overlay", overlay.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("What color is", "orange", "select", "prefill", "8 of 8", overlay.toString());
    assertThat(result.out().lines())
        .allMatch(
            line ->
                line.codePointCount(0, line.length()) <= 100 || line.contains(overlay.toString()));
    assertThat(Files.exists(overlay)).isTrue();
  }

  @Test
  void evalPrintsAccuracyAndDrawsIt() throws IOException {
    Path plot = directory.resolve("accuracy.png");
    Cli.Result result =
        Cli.run(
            "eval",
            "--methods",
            "none,visionzip",
            "--keep",
            "64,16",
            "--scenes",
            "2",
            "--by-type",
            "--plot",
            plot.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("bundled scenes", "96 questions about 24 pictures", "fresh scenes, seed 1")
        .containsPattern("none +91\\.7")
        .containsPattern("visionzip +72\\.9 +61\\.5");
    assertThat(ImageIO.read(plot.toFile()).getHeight()).isEqualTo(560);
  }

  @Test
  void evalAsJsonRepeatsItself() throws IOException {
    String[] command = {
      "eval", "--methods", "visionzip", "--keep", "32", "--scenes", "1", "--json"
    };
    Cli.Result result = Cli.run(command);
    assertThat(result).isEqualTo(Cli.run(command));
    JsonNode sets = new ObjectMapper().readTree(result.out()).get("sets");
    assertThat(sets).hasSize(2);
    JsonNode score = sets.get(0).get("scores").get(0);
    assertThat(score.get("method").asText()).isEqualTo("visionzip");
    assertThat(score.get("visual_tokens").asDouble()).isEqualTo(32);
    assertThat(score.at("/by_type/color/asked").asInt()).isEqualTo(10);
    assertThat(score.get("accuracy").asDouble()).isBetween(0.5, 0.7);
  }

  @Test
  void evalSetsWhatAMethodKnows() throws IOException {
    Cli.Result result =
        Cli.run(
            "eval",
            "--methods=none,visionzip,fastv",
            "--keep=64",
            "--set=r=0.5",
            "--scenes=0",
            "--batch=120",
            "--json");
    assertThat(result.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.get("settings")).hasToString("{\"r\":\"0.5\"}");
    JsonNode scores = json.at("/sets/0/scores");
    assertThat(scores.findValuesAsText("visual_tokens")).containsExactly("256.0", "64.0", "128.0");
  }

  @Test
  void doctorNamesEveryLibrary() {
    Cli.Result result = Cli.run("doctor");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("pytorch", "glibc", "libtorch_cpu.so", "libtokenizers.so", "models can run here");
  }

  @Test
  void outputThatIsLostIsAFailure() {
    OutputStream full = failing("No space left on device");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Terminal.piped(InputStream.nullInputStream(), full, err);
    assertThat(Main.run(terminal, "methods")).isEqualTo(1);
    assertThat(err)
        .hasToString("tokenzip: standard output cannot be written: No space left on device\n");
  }

  /** As {@code tokenzip methods | head -1} does. */
  @Test
  void aReaderMayLeave() {
    OutputStream pipe = failing("Broken pipe");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Terminal.piped(InputStream.nullInputStream(), pipe, err);
    assertThat(Main.run(terminal, "methods")).isZero();
    assertThat(err.size()).isZero();
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @Test
  void methodsAreListed() {
    assertThat(Cli.run("methods").out())
        .contains("none", "visionzip", "arXiv 2412.04467", "ppllava", "arXiv 2411.02327");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (String command : List.of("demo", "ask", "chat", "eval", "doctor", "methods")) {
      Cli.Result result = Cli.run(command, "--help");
      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).contains("Usage: tokenzip " + command, "Example", "--debug");
    }
    assertThat(Cli.run("--version").out()).startsWith("TokenZip ");
    assertThat(Cli.run().out()).contains("Usage: tokenzip", "Exit codes");
  }
}
