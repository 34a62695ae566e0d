// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.PipelineOptions;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeContext;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Threads;
import org.tokenzip.weights.LlavaConfig;
import org.tokenzip.weights.ModelConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model runs where. */
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "DIR",
      description =
          "Folder of a LLaVA 1.5, LLaVA-NeXT (1.6), LLaVA-OneVision or Video-LLaVA checkpoint in"
              + " Hugging Face format, or of a Mini-Gemini one as published. Default: the small"
              + " model that ships inside.")
  private @Nullable Path model;

  @Option(
      names = "--text-tower",
      paramLabel = "DIR",
      description =
          "Folder of the CLIP or SigLIP model that the vision tower comes from, for methods that"
              + " read the question. Default: clip in the model's folder, if there.")
  private @Nullable Path textTower;

  @Mixin private ComputeOptions compute = new ComputeOptions();

  /** The checkpoint's folder, which is there and can be read. */
  Path directory() {
    if (model == null) {
      return EmbeddedModel.directory();
    }
    if (!Files.isDirectory(model)) {
      throw new IllegalArgumentException(
          "--model: expected a folder with a LLaVA checkpoint, got "
              + model
              + (Files.exists(model) ? ", which is no folder" : ", which does not exist"));
    }
    if (!Files.isReadable(model) || !Files.isExecutable(model)) {
      throw new IllegalArgumentException(
          "--model: expected a folder with a LLaVA checkpoint, got "
              + model
              + ", which this user may not read");
    }
    return model;
  }

  /** What the folder's configuration says; cheap. */
  LlavaConfig config() {
    return ModelConfig.read(directory());
  }

  /** Loads the model, with a progress bar where someone sees it; the caller closes it. */
  LlavaPipeline load(Terminal terminal, TokenCompressor compressor) {
    return compute.load(terminal, directory(), textTower, compressor);
  }

  /** Where and how numbers are computed. */
  static final class ComputeOptions {
    @Option(
        names = "--device",
        paramLabel = "DEVICE",
        defaultValue = "cpu",
        description = "cpu or cuda:0. Default: ${DEFAULT-VALUE}.",
        converter = DeviceConverter.class)
    private Device device = Device.CPU;

    @Option(
        names = "--dtype",
        paramLabel = "TYPE",
        description = "fp32, fp16 or bf16. Default: fp32 on the CPU, the checkpoint's on a GPU.",
        converter = DTypeConverter.class)
    private @Nullable DType dtype;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description =
            "Threads per operator. Default: OMP_NUM_THREADS or all cores; 1 for the model that"
                + " ships inside, which is too small to share out.")
    private @Nullable Integer threads;

    LlavaPipeline load(
        Terminal terminal, Path directory, @Nullable Path textTower, TokenCompressor compressor) {
      NativeContext.of(device); // says what is wrong with the device before gigabytes are read
      limitThreads(directory);
      try (LoadProgress progress = new LoadProgress(terminal)) {
        PipelineOptions options =
            PipelineOptions.defaults()
                .withDevice(device)
                .withDtype(dtype)
                .withCompressor(compressor)
                .withTextTower(textTower)
                .withListener(progress);
        return LlavaPipeline.load(directory, options);
      }
    }

    private void limitThreads(Path directory) {
      if (threads != null) {
        Threads.limit(threads);
      } else if (directory.equals(EmbeddedModel.directory())) {
        Threads.limit(1);
      }
    }

    Device device() {
      return device;
    }
  }
}
