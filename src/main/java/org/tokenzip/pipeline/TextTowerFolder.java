// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.model.text.PairedTextTower;
import org.tokenzip.runtime.Device;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.DualTowerConfig;
import org.tokenzip.weights.VisionConfig;

/**
 * Where the text tower paired with a model's vision tower lies; it is loaded when a method first
 * asks for it. Thread-safe; closes what it has loaded.
 */
final class TextTowerFolder implements AutoCloseable {
  /** Inside a model's folder. */
  private static final String DEFAULT = "clip";

  private final @Nullable Path directory;
  private final VisionConfig vision;
  private final Device device;
  private @Nullable Loaded loaded;

  /** The tower with the tokenizer for it. */
  record Loaded(PairedTextTower tower, PromptTokenizer tokenizer) {}

  private TextTowerFolder(@Nullable Path directory, VisionConfig vision, Device device) {
    this.directory = directory;
    this.vision = vision;
    this.device = device;
  }

  /**
   * The folder that was named or, if none was, {@code clip} inside the model's where there is one.
   *
   * @throws org.tokenzip.weights.CheckpointException if the named folder has no CLIP or SigLIP
   *     model's configuration in it
   */
  static TextTowerFolder find(
      Path model, @Nullable Path named, VisionConfig vision, Device device) {
    if (named != null) {
      DualTowerConfig.read(named); // no method may ever ask, the mistake shows all the same
      return new TextTowerFolder(named, vision, device);
    }
    Path inside = model.resolve(DEFAULT);
    return new TextTowerFolder(Files.isDirectory(inside) ? inside : null, vision, device);
  }

  /** Whether there is one. */
  boolean isThere() {
    return directory != null;
  }

  /**
   * Loads the tower if a method goes by it, before anything bigger is loaded.
   *
   * @throws UnsupportedOperationException if the method needs a text tower and there is none
   * @throws org.tokenzip.weights.CheckpointException if it cannot be used
   */
  void prepare(TokenCompressor method) {
    if (method.needsTextTower() && directory == null) {
      throw new UnsupportedOperationException(
          method.name()
              + ": expected a text tower paired with the vision tower, in the folder "
              + DEFAULT
              + " of the model or named (--text-tower), found none");
    }
    if (method.readsPrompt()) {
      get();
    }
  }

  /** The tower; null if there is none. Borrowed. */
  synchronized @Nullable Loaded get() {
    if (loaded == null && directory != null) {
      PromptTokenizer tokenizer = PromptTokenizer.open(directory);
      try {
        loaded = new Loaded(PairedTextTower.load(directory, vision, device), tokenizer);
      } catch (RuntimeException e) {
        tokenizer.close();
        throw e;
      }
    }
    return loaded;
  }

  @Override
  public synchronized void close() {
    if (loaded != null) {
      try {
        loaded.tower().close();
      } finally {
        loaded.tokenizer().close();
        loaded = null;
      }
    }
  }
}
