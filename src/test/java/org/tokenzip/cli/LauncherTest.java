// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script, in a checkout of its own whose Java only says how it was called. */
class LauncherTest {
  @TempDir Path checkout;

  @Test
  void saysWhatToDoBeforeTheBuild() throws Exception {
    Path launcher = install();
    Process process = start(launcher);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(text(process.getErrorStream().readAllBytes()))
        .isEqualTo(
            "tokenzip: not built yet: run 'mvn package -DskipTests' in "
                + checkout.toRealPath()
                + " first\n");
  }

  @Test
  void startsTheBuiltJarsThroughALinkFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(checkout.resolve("tz"), build());
    List<String> words = words(link, "ask", "--prompt", "two words");
    Path real = checkout.resolve("target").toRealPath();
    assertThat(words)
        .contains(
            real.resolve("tokenzip-1.0.jar")
                + ":"
                + real.resolve("tokenzip-1.0-linux-x86_64.jar")
                + ":/lib/some.jar")
        .contains("-Dof=user")
        .endsWith("org.tokenzip.cli.Main", "ask", "--prompt", "two words");
  }

  @Test
  void sparesShortCommandsTheOptimisingCompiler() throws Exception {
    Path launcher = build();
    assertThat(words(launcher, "ask"))
        .containsSubsequence("-XX:TieredStopAtLevel=1", "-Dof=user", "ask");
    assertThat(words(launcher)).contains("-XX:TieredStopAtLevel=1");
    assertThat(words(launcher, "eval")).doesNotContain("-XX:TieredStopAtLevel=1");
  }

  /** A launcher with jars to start, and a Java that prints its arguments. */
  private Path build() throws IOException {
    Path target = Files.createDirectories(checkout.resolve("target"));
    Files.createFile(target.resolve("tokenzip-1.0.jar"));
    Files.createFile(target.resolve("tokenzip-1.0-linux-x86_64.jar"));
    Files.writeString(target.resolve("tokenzip.classpath"), "/lib/some.jar");
    Path java = Files.createDirectories(checkout.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nfor word in \"$@\"; do echo \"$word\"; done\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return install();
  }

  private List<String> words(Path launcher, String... args) throws Exception {
    Process process = start(launcher, args);
    List<String> words = text(process.getInputStream().readAllBytes()).lines().toList();
    assertThat(process.waitFor()).isZero();
    return words;
  }

  private Path install() throws IOException {
    Path bin = Files.createDirectories(checkout.resolve("src/main/bin"));
    Path launcher = bin.resolve("tokenzip");
    Files.copy(Path.of("src/main/bin/tokenzip"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return launcher;
  }

  private Process start(Path launcher, String... args) throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(launcher.toString());
    builder.command().addAll(List.of(args));
    builder.directory(Path.of("/").toFile());
    builder.environment().put("JAVA_HOME", checkout.resolve("jdk").toString());
    builder.environment().put("JAVA_OPTS", "-Dof=user");
    return builder.start();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
