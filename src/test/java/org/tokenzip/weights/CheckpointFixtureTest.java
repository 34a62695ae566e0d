// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.testing.FixtureFolders;

/** Every checkpoint among the fixtures loads whole, from whichever name layout. */
class CheckpointFixtureTest {
  @TestFactory
  Stream<DynamicTest> checkpointsLoadWhole() {
    return FixtureFolders.checkpoints().stream()
        .map(directory -> dynamicTest(directory.getFileName().toString(), () -> load(directory)));
  }

  private static void load(Path directory) {
    LlavaConfig config = ModelConfig.read(directory);
    PreprocessorConfig pictures = PreprocessorConfig.read(directory);
    assertThat(pictures.doCenterCrop() ? pictures.cropWidth() : pictures.width())
        .isEqualTo(config.vision().imageSize());
    assertThat(pictures.resolutions())
        .isEqualTo(config.anyres() == null ? null : config.anyres().resolutions());
    assertThat(TokenizerConfig.read(directory).chatTemplate()).contains("message['role']");
    assertThat(GenerationDefaults.read(directory).eosTokenIds())
        .containsAll(config.text().eosTokenIds());
    try (CheckpointWeights weights = CheckpointWeights.open(directory, LoadListener.NONE)) {
      boolean tied = config.tieWordEmbeddings() && !weights.has(LlavaParameters.HEAD);
      LlavaParameters parameters = LlavaParameters.of(config, tied);
      weights.require(parameters);
      for (Map.Entry<String, List<Long>> parameter : parameters.required().entrySet()) {
        long[] shape = parameter.getValue().stream().mapToLong(Long::longValue).toArray();
        try (Tensor tensor = weights.take(parameter.getKey(), DType.FP32, Device.CPU, shape)) {
          assertThat(tensor.shape()).as(parameter.getKey()).isEqualTo(shape);
        }
      }
    }
  }
}
