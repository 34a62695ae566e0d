// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.runtime.RuntimeReport;

/** The machine and the software a figure was measured on: without it the figure means nothing. */
final class Host {
  /** What decides how many threads work, and how long idle ones keep a core from the others. */
  private static final List<String> THREAD_VARIABLES =
      List.of(
          "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS", "OPENBLAS_THREAD_TIMEOUT");

  private Host() {}

  /** Component to description, in a fixed order. Loads the natives. */
  static Map<String, String> describe() throws IOException {
    NativeRuntime.load();
    RuntimeReport runtime = NativeRuntime.report();
    Map<String, String> host = new LinkedHashMap<>();
    host.put("cpu", field(Path.of("/proc/cpuinfo"), "model name").orElse("unknown"));
    host.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    host.put("cpu_features", String.join(" ", runtime.cpuFeatures()));
    host.put("memory", field(Path.of("/proc/meminfo"), "MemTotal").orElse("unknown"));
    host.put("os", field(Path.of("/etc/os-release"), "PRETTY_NAME").orElse("unknown"));
    host.put("kernel", System.getProperty("os.version"));
    host.put("load_average", Files.readString(Path.of("/proc/loadavg")).strip());
    host.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
    for (String variable : THREAD_VARIABLES) {
      host.put(variable, System.getenv().getOrDefault(variable, "not set"));
    }
    host.put("libtorch_threads", Integer.toString(torch.get_num_threads()));
    host.putAll(runtime.versions());
    host.put("tokenzip", runtime.buildInfo());
    return host;
  }

  /** Value of the first line {@code name : value} or {@code name=value}. */
  private static Optional<String> field(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.replaceFirst("^[^:=]*[:=]\\s*", "").replace("\"", ""))
          .findFirst();
    }
  }
}
