// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

/**
 * A question about a scene.
 *
 * @param answer the true one, word for word as it is expected
 */
public record SceneQuestion(QuestionKind kind, String question, String answer) {}
