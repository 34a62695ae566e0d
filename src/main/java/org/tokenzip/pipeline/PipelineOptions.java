// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.weights.LoadListener;

/**
 * How a pipeline is loaded.
 *
 * @param device where the model runs
 * @param dtype of parameters and activations; null means fp32 on the CPU and the checkpoint's own
 *     type on a GPU
 * @param compressor used where a request names none
 * @param textTower folder of the CLIP or SigLIP model that the vision tower comes from, for methods
 *     that compare patches with the question; null means {@code clip} in the model's folder, if
 *     there
 * @param listener hears of every tensor loaded
 */
public record PipelineOptions(
    Device device,
    @Nullable DType dtype,
    TokenCompressor compressor,
    @Nullable Path textTower,
    LoadListener listener) {

  /** On the CPU, without compression, in silence. */
  public static PipelineOptions defaults() {
    return new PipelineOptions(Device.CPU, null, new NoCompression(), null, LoadListener.NONE);
  }

  public PipelineOptions withDevice(Device value) {
    return new PipelineOptions(value, dtype, compressor, textTower, listener);
  }

  public PipelineOptions withDtype(@Nullable DType value) {
    return new PipelineOptions(device, value, compressor, textTower, listener);
  }

  public PipelineOptions withCompressor(TokenCompressor value) {
    return new PipelineOptions(device, dtype, value, textTower, listener);
  }

  public PipelineOptions withTextTower(@Nullable Path value) {
    return new PipelineOptions(device, dtype, compressor, value, listener);
  }

  public PipelineOptions withListener(LoadListener value) {
    return new PipelineOptions(device, dtype, compressor, textTower, value);
  }
}
