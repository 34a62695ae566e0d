// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

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
 * @param listener hears of every tensor loaded
 */
public record PipelineOptions(
    Device device, @Nullable DType dtype, TokenCompressor compressor, LoadListener listener) {

  /** On the CPU, without compression, in silence. */
  public static PipelineOptions defaults() {
    return new PipelineOptions(Device.CPU, null, new NoCompression(), LoadListener.NONE);
  }

  public PipelineOptions withDevice(Device value) {
    return new PipelineOptions(value, dtype, compressor, listener);
  }

  public PipelineOptions withDtype(@Nullable DType value) {
    return new PipelineOptions(device, value, compressor, listener);
  }

  public PipelineOptions withCompressor(TokenCompressor value) {
    return new PipelineOptions(device, dtype, value, listener);
  }

  public PipelineOptions withListener(LoadListener value) {
    return new PipelineOptions(device, dtype, compressor, value);
  }
}
