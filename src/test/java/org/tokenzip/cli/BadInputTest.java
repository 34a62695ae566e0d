// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.testing.Clip;
import org.tokenzip.testing.Pipe;

/** Whatever the user can do wrong: one sentence on stderr, exit code 2. */
class BadInputTest {
  @FunctionalInterface
  interface Arguments {
    List<String> in(Path directory) throws IOException;
  }

  /**
   * A row of the table.
   *
   * @param said what the sentence has to contain
   */
  record Case(String name, String said, Arguments arguments) {
    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  interface Damage {
    DamagedModel to(DamagedModel model) throws IOException;
  }

  @TempDir Path directory;

  static Stream<Case> options() {
    return Stream.of(
        asked("keep nothing", "--keep: expected at least 1, got 0", "--keep", "0"),
        asked("keep less than nothing", "--keep: expected at least 1", "--keep", "-3"),
        asked("keep too much", "at most the 256 visual tokens", "--keep", "100000"),
        asked("keep more than an int", "'99999999999' is not an int", "--keep", "99999999999"),
        asked("keep no number", "'many' is not an int", "--keep", "many"),
        asked("two budgets", "got both", "--keep", "9", "--dominant", "8", "--contextual", "1"),
        asked("half a split", "got only --dominant", "--dominant", "8"),
        asked("the other half", "got only --contextual", "--contextual", "8"),
        asked("no dominant", "--dominant: expected at least 1", "--dominant=0", "--contextual=4"),
        asked("split too large", "got 300", "--dominant", "200", "--contextual", "100"),
        asked("budget for none", "--method none", "--method", "none", "--keep", "9"),
        asked(
            "a split for another method",
            "parts of a budget for visionzip",
            "--method=tome",
            "--dominant=8",
            "--contextual=1"),
        set("unknown preset", "one of paper, released", "ficoco-v", "preset=new"),
        set("lambda above 1", "number from 0.0 to 1.0", "ficoco-v", "lambda=1.5"),
        set("epsilon no number", "number from 0.0 to 1.0", "ficoco-v", "epsilon=x"),
        set("no window", "from 1 to 16, got \"0\"", "ficoco-v", "window=0"),
        set("no coefficient", "from 0.001 to 1000.0", "ficoco-v", "coefficient=0"),
        set("start beyond the tower", "from 0 to 3, got \"4\"", "ficoco-v", "start-layer=4"),
        set("too many removals", "expected layers below 4", "ficoco-v", "removals=1,2,3"),
        set("negative removals", "from 0 to 256", "tome", "removals=1,-2"),
        set("removals no number", "whole number from 0 to 256", "tome", "removals=many"),
        set("a ramp around nothing", "expected --set removals", "tome", "inflection=1"),
        set("a ramp too steep", "number from -1.0 to 1.0", "tome", "inflection=2"),
        set("a ramp around many", "one number of removals", "tome", "removals=1,2", "inflection=1"),
        set("half proportional", "true or false", "tome", "proportional=half"),
        asked("less than halves", "expected 16 or more tokens", "--method=tome", "--keep=15"),
        set("layers beyond the tower", "from 0 to 3", "evit", "layers=1,9"),
        set("layers in disorder", "ascending layers, got [2, 1]", "evit", "layers=2,1"),
        set("counts for other layers", "one for each of 3 layers", "evit", "counts=9"),
        set("rate and counts", "either rate or counts", "evit", "rate=0.5", "counts=9,8,7"),
        set("no rate", "number from", "evit", "rate=0"),
        set("fuse maybe", "true or false", "evit", "fuse=maybe"),
        asked("only a fused token", "expected 2 or more", "--method=evit", "--keep=1"),
        set("no parameters", "nothing, since stride has no parameters", "stride", "seed=1"),
        set("negative seed", "from 0 to 2147483647", "random", "seed=-1"),
        set("windows that do not fit", "divide the grid of 16", "average-pool", "rows=3"),
        set("no columns", "from 1 to 16", "downsample", "columns=0"),
        set("no picture", "from 1 to 16", "small-picture", "side=0"),
        set("a larger picture", "from 1 to 16", "small-picture", "side=17"),
        asked("unknown method", "one of none, visionzip, ", "--method", "tomato"),
        asked(
            "window larger than the picture",
            "--set kernel: expected frames,rows,columns of at most 16 rows and columns",
            guided("kernel=1,17,17")),
        asked("flat windows", "--set kernel: expected frames,rows,columns", guided("kernel=2,2")),
        asked("window of frames", "frames", guided("kernel=2,2,2")),
        asked("stride alone", "stride: expected a kernel or an output", guided("stride=1,2,2")),
        asked("more windows than fit", "output", guided("kernel=1,8,8", "output=1,16,16")),
        asked("frozen windows", "--set temperature: expected", guided("temperature=0")),
        asked(
            "share of more than all",
            "--set share: expected a number from 0.0 to 1.0",
            "--method=divprune",
            "--set=share=1.5"),
        asked("no sign", "--set sign: expected", "--method=cdpruner", "--set=sign=plus"),
        new Case(
            "missing text tower",
            "expected a checkpoint directory, found nothing",
            in -> ask("--text-tower", in.resolve("none").toString())),
        new Case(
            "no text tower in the folder",
            "config.json",
            in -> ask("--text-tower", in.toString(), "--method", "ppllava")),
        new Case(
            "a text tower without weights",
            "model.safetensors",
            in -> {
              for (String file : List.of("config.json", "tokenizer.json")) {
                Files.copy(EmbeddedModel.directory().resolve("clip/" + file), in.resolve(file));
              }
              return ask("--text-tower", in.toString(), "--method", "cdpruner");
            }),
        new Case(
            "a text tower without a tokenizer",
            "tokenizer.json",
            in -> {
              Path config = EmbeddedModel.directory().resolve("clip/config.json");
              Files.copy(config, in.resolve("config.json"));
              return ask("--text-tower", in.toString(), "--method", "ppllava");
            }),
        new Case(
            "the text tower of another kind of vision tower",
            "expected the text tower of a CLIP vision tower",
            in -> {
              for (String file : List.of("config.json", "tokenizer.json")) {
                String name = "/siglip-tiny/" + file;
                try (InputStream from = BadInputTest.class.getResourceAsStream(name)) {
                  Files.copy(from, in.resolve(file));
                }
              }
              return ask("--text-tower", in.toString(), "--method", "ppllava");
            }),
        new Case(
            "a text tower that is none",
            "must be that of a text tower (clip or siglip), got",
            in -> ask("--text-tower", EmbeddedModel.directory().toString())),
        asked("unknown device", "expected cpu or cuda:0, got \"tpu\"", "--device", "tpu"),
        asked("unknown dtype", "expected fp32, fp16 or bf16, got \"int4\"", "--dtype", "int4"),
        asked("cold temperature", "temperature must be 0", "--temperature", "-0.5"),
        asked("no temperature", "temperature", "--temperature", "NaN"),
        asked("no nucleus", "top-p must be above 0", "--top-p", "0"),
        asked("nucleus too large", "top-p must be above 0", "--top-p", "1.5"),
        asked("negative top-k", "top-k must be 0", "--top-k", "-1"),
        asked("no answer", "max-new-tokens must be at least 1", "--max-new-tokens", "0"),
        asked("no threads", "threads: expected 1 to 1024, got 0", "--threads", "0"),
        asked("too many threads", "1 to 1024, got 2147483647", "--threads", "2147483647"),
        asked("an empty question", "--prompt: expected a question, got none", "--prompt", " "),
        asked("no name of a file", "'--overlay': expected the name of", "--overlay", ""),
        asked("no name of a folder", "'--model': expected the name of", "--model", ""),
        asked("no file name", "Nul character not allowed", "--overlay", "a\0b"),
        asked("a setting without a value", "for option '--set'", "--set", "merge"),
        asked("a setting without a name", "got a value without a name", "--set", "=5"),
        asked("unknown option", "nknown option: '--colour'", "--colour"),
        asked("placeholder in the question", "<image>", "--prompt", "and <image>?"),
        asked("placeholder of a clip", "<video>", "--prompt", "and <video>?"),
        asked(
            "overlay nowhere", "--overlay: expected a file in a folder", "--overlay", "/no/x.png"),
        new Case(
            "overlay on a pipe",
            "pipe, which is a device or a pipe",
            in -> ask("--overlay", Pipe.in(in).toString())),
        new Case(
            "overlay on the picture",
            "--overlay: expected another file than the picture",
            in -> {
              String picture = Files.copy(scene(), in.resolve("scene.png")).toString();
              String overlay = in.resolve("./scene.png").toString();
              return List.of("ask", "-i", picture, "-p", "Why?", "--overlay", overlay);
            }),
        new Case(
            "demo: overlay on a pipe",
            "--overlay: expected a file that can be written",
            in -> List.of("demo", "--overlay", Pipe.in(in).toString())),
        evaluated("eval: keep nothing", "--keep: expected at least 1, got 0", "--keep", "64,0"),
        evaluated("eval: keep too much", "at most the 256 visual tokens", "--keep", "257"),
        evaluated("eval: keep no number", "'half' is not an int", "--keep", "half"),
        evaluated("eval: only a comma of budgets", "--keep: expected one", "--keep", ","),
        evaluated("eval: only a comma of methods", "--methods: expected one", "--methods", ","),
        evaluated("eval: unknown method", "got \"tomato\"", "--methods", "none,tomato"),
        evaluated("eval: fewer than no scenes", "--scenes: expected at least 0", "--scenes=-1"),
        evaluated("eval: empty batches", "--batch: expected at least 1, got 0", "--batch", "0"),
        evaluated("eval: seed", "'apple' is not a long", "--seed", "apple"),
        evaluated(
            "eval: a setting nobody knows",
            "--set: expected a parameter of none, visionzip, got epsilon",
            "--methods=none,visionzip",
            "--set=epsilon=0.9"),
        evaluated(
            "eval: a setting out of range",
            "fastv: --set r: expected a number from 0.0 to 1.0, got \"7\"",
            "--methods=visionzip,fastv",
            "--set=r=7"),
        evaluated("eval: half a setting", "KEY=VALUE", "--set", "r"),
        new Case(
            "eval: plot on a pipe",
            "--plot: expected a file that can be written",
            in -> List.of("eval", "--plot", Pipe.in(in).toString())),
        evaluated("eval: plot nowhere", "--plot: expected a file in a", "--plot", "/no/x.png"),
        evaluated("eval: a missing model", "does not exist", "--model", "/no/model"),
        new Case(
            "eval: a folder as plot",
            "--plot: expected a file in a folder",
            in -> List.of("eval", "--plot", in.toString())),
        new Case("no command", "nmatched argument", in -> List.of("tell")),
        asked("a picture and a video", "either --image or --video", "--video", "clip.mp4"),
        asked("frames of a picture", "--frames: expected --video as well", "--frames", "4"),
        asked("frames, no number", "'few' is not an int", "--frames", "few"),
        asked("two pictures drawn over", "got 2 pictures", overlaid("--image", scene())),
        new Case("no image", "--image=FILE or --video=FILE", in -> List.of("ask", "-p", "Why?")),
        new Case(
            "no prompt", "'--prompt=TEXT'", in -> List.of("ask", "--image", scene().toString())));
  }

  static Stream<Case> insideLanguageModel() {
    return Stream.of(
        set("fastv k=4", "--set k: expected a whole number from 1 to 3, got \"4\"", "fastv", "k=4"),
        set(
            "fastv r=1.5",
            "--set r: expected a number from 0.0 to 1.0, got \"1.5\"",
            "fastv",
            "r=1.5"),
        set(
            "fastv positions=left",
            "one of original, packed, got \"left\"",
            "fastv",
            "positions=left"),
        set(
            "fastv start-layer=2",
            "expected one of k, r, positions for fastv, got start",
            "fastv",
            "start-layer=2"),
        set(
            "ficoco-l start-layer=3",
            "start-layer: expected a whole number from 0 to 2",
            "ficoco-l",
            "start-layer=3"),
        set(
            "ficoco-l removals=9,9,9",
            "removals: expected at most 2, for layers 1 to 2",
            "ficoco-l",
            "removals=9,9,9"),
        set(
            "ficoco-l removals=9;9",
            "--set removals: expected a whole number from 0",
            "ficoco-l",
            "removals=9;9"),
        set("ficoco-l r=0", "--set r: expected a whole number from 1", "ficoco-l", "r=0"),
        set(
            "ficoco-l beta=NaN",
            "--set beta: expected a number from 0.0 to 1.0",
            "ficoco-l",
            "beta=NaN"),
        set(
            "ficoco-l preset=mine",
            "one of paper, released, got \"mine\"",
            "ficoco-l",
            "preset=mine"),
        set(
            "ficoco-vl decoder-gamma=2",
            "--set decoder-gamma: expected a number",
            "ficoco-vl",
            "decoder-gamma=2"),
        set(
            "two ways to remove",
            "expected either removals or r, got both",
            "ficoco-l",
            "r=3",
            "removals=3"),
        asked(
            "two pictures inside the language model",
            "fastv: expected one picture or clip in a conversation",
            "--method",
            "fastv",
            "--image",
            scene().toString()));
  }

  static Stream<Case> pictures() {
    return Stream.of(
        picture("a missing picture", "does not exist", in -> in),
        picture("a folder as picture", "picture", in -> Files.createDirectory(in)),
        picture("an empty picture", "empty file", in -> Files.write(in, new byte[0])),
        picture("no picture at all", "JPEG, PNG", in -> Files.writeString(in, "GIF? no: text")),
        picture("half a picture", "sound PNG", in -> Files.write(in, head(2000))),
        picture("20000 x 20000 pixels", "20000x20000", in -> Files.write(in, vast())));
  }

  static Stream<Case> videos() {
    return Stream.of(
        video("a missing video", "does not exist", in -> in),
        video("a folder as video", "is none", in -> Files.createDirectory(in)),
        video("an empty video", "is empty", in -> Files.createFile(in)),
        video("no video at all", "MP4, MOV, WebM", in -> Files.writeString(in, "not a video")),
        video("only sound", "only sound", Clip::writeSilence),
        video("half a video", "breaks off", in -> halve(clip(in))),
        video("no frames", "frames: expected 1 to 1024, got 0", BadInputTest::clip, "--frames=0"),
        video("too many frames", "got 1025", BadInputTest::clip, "--frames", "1025"),
        video("a prompt too long", "at most 1024", BadInputTest::clip, "--method=none"),
        video("a video drawn over", "got a video", BadInputTest::clip, overlaid()));
  }

  static Stream<Case> models() {
    return Stream.of(
        new Case(
            "a method without its text tower",
            "ppllava: expected a text tower",
            in -> {
              String model = DamagedModel.copyTo(in).path();
              return ask("--model", model, "--method", "ppllava");
            }),
        new Case("a missing model", "does not exist", in -> ask(in.resolve("none"))),
        new Case("a file as model", "is no folder", in -> ask(scene())),
        model("no configuration", "config.json", m -> m.delete("config.json")),
        model("half a configuration", "config.json", m -> m.replace("config.json", "{\"model_")),
        model(
            "unknown architecture",
            "qwen2_vl",
            m -> m.editJson("config.json", config -> config.put("model_type", "qwen2_vl"))),
        model(
            "unknown language model",
            "gemma",
            m ->
                m.editJson(
                    "config.json",
                    config -> ((ObjectNode) config.get("text_config")).put("model_type", "gemma"))),
        model("no weights", "model.safetensors", m -> m.delete("model.safetensors")),
        model(
            "a missing shard",
            "model-00002-of-00002.safetensors",
            m ->
                m.delete("model.safetensors")
                    .replace(
                        "model.safetensors.index.json",
                        "{\"weight_map\": {\"a\": \"model-00002-of-00002.safetensors\"}}")),
        model("truncated weights", "model.safetensors", m -> m.truncateWeights(0.7)),
        model("a truncated header", "model.safetensors", m -> m.truncateWeights(0.001)),
        model("an oversized header", "header", m -> m.headerLength(1L << 40)),
        model("a negative header", "header", m -> m.headerLength(-1)),
        model("overlapping tensors", "model.safetensors", m -> m.editHeader(BadInputTest::overlap)),
        model("a wrong shape", "shape", m -> m.editHeader(BadInputTest::flatten)),
        model("a missing tensor", "lacks 1 of them", m -> m.editHeader(BadInputTest::rename)),
        model("NaN weights", "NaN", DamagedModel::nanWeights),
        model("no tokenizer", "tokenizer.json", m -> m.delete("tokenizer.json")),
        model("a broken tokenizer", "tokenizer.json", m -> m.replace("tokenizer.json", "{}")),
        model(
            "an unknown template",
            "unknown conversation template",
            m ->
                m.editJson(
                    "tokenizer_config.json", config -> config.put("chat_template", "{{ x }}"))));
  }

  @ParameterizedTest
  @MethodSource({"options", "insideLanguageModel", "pictures", "videos", "models"})
  void isRefusedInOneSentence(Case each) throws IOException {
    Cli.Result result = Cli.run(each.arguments().in(directory).toArray(String[]::new));
    assertThat(result.err()).startsWith("tokenzip: ").contains(each.said());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    List<String> lines = result.err().lines().toList();
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("See 'tokenzip"));
  }

  @Test
  void aGpuThatIsNotThereIsNamed() {
    Cli.Result doctor = Cli.run("doctor");
    assumeThatNoGpu(doctor);
    Cli.Result result = Cli.run(ask("--device", "cuda:0").toArray(String[]::new));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("tokenzip: ").contains("cuda:0").doesNotContain("\tat ");
  }

  @Test
  void aFolderThatMayNotBeReadIsNamed() throws IOException {
    Path locked = Files.createDirectory(directory.resolve("locked"));
    locked.toFile().setReadable(false);
    locked.toFile().setExecutable(false);
    assumeFalse(Files.isReadable(locked), "this user may read everything");
    Cli.Result result = Cli.run(ask(locked).toArray(String[]::new));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("may not read").doesNotContain("\tat ");
  }

  @Test
  void debugShowsWhere() {
    Cli.Result result = Cli.run(ask("--keep", "0", "--debug").toArray(String[]::new));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("IllegalArgumentException").contains("\tat org.tokenzip.cli");
  }

  private static void assumeThatNoGpu(Cli.Result doctor) {
    assumeTrue(doctor.out().contains("cuda  none"), "there is a GPU here");
  }

  /** A question with parameters of a method that are wrong. */
  private static Case set(String name, String said, String method, String... settings) {
    return asked(
        name,
        said,
        Stream.concat(Stream.of("--method", method), Stream.of(settings).map(s -> "--set=" + s))
            .toArray(String[]::new));
  }

  private static Case asked(String name, String said, String... options) {
    return new Case(name, said, in -> ask(options));
  }

  private static Case evaluated(String name, String said, String... options) {
    List<String> arguments = new ArrayList<>(List.of("eval"));
    arguments.addAll(List.of(options));
    return new Case(name, said, in -> arguments);
  }

  @FunctionalInterface
  interface Picture {
    Object at(Path file) throws IOException;
  }

  private static Case picture(String name, String said, Picture picture) {
    return new Case(
        name,
        said,
        in -> {
          Path file = in.resolve("picture.png");
          picture.at(file);
          return List.of("ask", "--image", file.toString(), "--prompt", "Why?");
        });
  }

  private static Case video(String name, String said, Picture video, String... options) {
    return new Case(
        name,
        said,
        in -> {
          Path file = in.resolve("clip.mp4");
          video.at(file);
          List<String> arguments = new ArrayList<>(List.of("ask", "--video", file.toString()));
          arguments.addAll(List.of("--prompt", "Why?"));
          arguments.addAll(List.of(options));
          return arguments;
        });
  }

  private static Path clip(Path file) {
    return Clip.of(Clip.Format.MP4, Clip.greys(3)).write(file);
  }

  private static Path halve(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    return Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  private static String[] overlaid(Object... more) {
    Path drawing = Path.of(System.getProperty("java.io.tmpdir"), "drawing.png");
    return Stream.concat(Stream.of("--overlay", drawing), Stream.of(more))
        .map(Object::toString)
        .toArray(String[]::new);
  }

  private static Case model(String name, String said, Damage damage) {
    return new Case(name, said, in -> ask(Path.of(damage.to(DamagedModel.copyTo(in)).path())));
  }

  private static String[] guided(String... settings) {
    List<String> options = new ArrayList<>(List.of("--method", "ppllava"));
    List.of(settings).forEach(setting -> options.addAll(List.of("--set", setting)));
    return options.toArray(String[]::new);
  }

  private static List<String> ask(Path model) {
    return ask("--model", model.toString());
  }

  private static List<String> ask(String... options) {
    List<String> arguments = new ArrayList<>(List.of("ask", "--image", scene().toString()));
    if (!List.of(options).contains("--prompt")) {
      arguments.addAll(List.of("--prompt", "What color is the square?"));
    }
    arguments.addAll(List.of(options));
    return arguments;
  }

  private static Path scene() {
    return Cli.scene("scene14.png");
  }

  private static byte[] head(int bytes) throws IOException {
    return Arrays.copyOf(Files.readAllBytes(scene()), bytes);
  }

  /** A small file whose header promises 400 megapixels. */
  private static byte[] vast() throws IOException {
    byte[] png = Files.readAllBytes(scene());
    ByteBuffer.wrap(png).putInt(16, 20000).putInt(20, 20000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    return png;
  }

  private static void overlap(ObjectNode header) {
    List<String> names = names(header);
    ObjectNode first = (ObjectNode) header.get(names.get(0));
    ObjectNode second = (ObjectNode) header.get(names.get(1));
    second.set("shape", first.get("shape"));
    second.set("data_offsets", first.get("data_offsets"));
  }

  /** Makes the first matrix a vector of as many values. */
  private static void flatten(ObjectNode header) {
    for (String name : names(header)) {
      var shape = header.get(name).get("shape");
      if (shape.size() == 2) {
        long values = shape.get(0).asLong() * shape.get(1).asLong();
        ((ObjectNode) header.get(name)).putArray("shape").add(values);
        return;
      }
    }
  }

  private static void rename(ObjectNode header) {
    String name = names(header).get(0);
    header.set("some.other.weight", header.remove(name));
  }

  private static List<String> names(ObjectNode header) {
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }
}
