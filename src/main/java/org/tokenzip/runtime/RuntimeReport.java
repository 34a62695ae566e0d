// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process runs on.
 *
 * @param flavour natives in use, or null when none could be loaded
 * @param problem why they could not be loaded and what to do, or null when they were
 * @param versions component to version, in a fixed order
 * @param libraries native library to the file it was loaded from, by name
 * @param buildInfo one line of our native library about itself; empty when it is not loaded
 * @param cpuFeatures vector extensions of the processor that kernels choose between
 * @param cudaDevices number of usable CUDA devices
 * @param noCudaReason why there is no usable CUDA device, or null when there is one
 */
public record RuntimeReport(
    @Nullable Flavour flavour,
    @Nullable String problem,
    Map<String, String> versions,
    Map<String, Path> libraries,
    String buildInfo,
    List<String> cpuFeatures,
    int cudaDevices,
    @Nullable String noCudaReason) {}
