// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

/**
 * One turn of a conversation: its pictures, which come first wherever they stood, and its text.
 *
 * @param images how many pictures the message brings
 */
public record Message(Role role, int images, String text) {
  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  public Message {
    if (images < 0) {
      throw new IllegalArgumentException("expected 0 or more pictures in a message, got " + images);
    }
    if (text.contains(ConversationTemplate.IMAGE)) {
      throw new IllegalArgumentException(
          "the text of a message contains the placeholder "
              + ConversationTemplate.IMAGE
              + ", expected pictures to be given beside the text");
    }
  }

  public static Message system(String text) {
    return new Message(Role.SYSTEM, 0, text);
  }

  public static Message user(int images, String text) {
    return new Message(Role.USER, images, text);
  }

  public static Message assistant(String text) {
    return new Message(Role.ASSISTANT, 0, text);
  }
}
