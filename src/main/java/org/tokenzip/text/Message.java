// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

/**
 * One turn of a conversation: its pictures, which come first wherever they stood, then its clips,
 * and its text.
 *
 * @param images how many pictures the message brings
 * @param videos how many clips, in a model that tells them from pictures
 */
public record Message(Role role, int images, int videos, String text) {
  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  public Message {
    if (images < 0 || videos < 0) {
      throw new IllegalArgumentException(
          "expected 0 or more pictures in a message, got " + Math.min(images, videos));
    }
    for (String placeholder : ConversationTemplate.PLACEHOLDERS) {
      if (text.contains(placeholder)) {
        throw new IllegalArgumentException(
            "the text of a message contains the placeholder "
                + placeholder
                + ", expected pictures to be given beside the text");
      }
    }
  }

  public static Message system(String text) {
    return new Message(Role.SYSTEM, 0, 0, text);
  }

  public static Message user(int images, String text) {
    return user(images, 0, text);
  }

  public static Message user(int images, int videos, String text) {
    return new Message(Role.USER, images, videos, text);
  }

  public static Message assistant(String text) {
    return new Message(Role.ASSISTANT, 0, 0, text);
  }
}
