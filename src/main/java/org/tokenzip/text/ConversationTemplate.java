// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a checkpoint wants a conversation written down. Checkpoints ship this as a Jinja program; the
 * few published ones are recognised by their text and rendered here exactly.
 */
public enum ConversationTemplate {
  /** LLaVA-1.5 and 1.6 on Vicuna: a blank after every text, answers included. */
  VICUNA(new TurnStyle.Vicuna(" ", " ", ""), "vicuna.jinja", "vicuna-unmarked.jinja"),
  /** The same with an end-of-sequence token after each answer, and no place for a system text. */
  VICUNA_EOS(new TurnStyle.Vicuna("</s>", null, ""), "vicuna-eos.jinja"),
  /** Video-LLaVA on Vicuna: clips behind pictures, nothing behind a system text. */
  VIDEO_VICUNA(new TurnStyle.Vicuna(" ", "", ""), "vicuna-video.jinja"),
  /** LLaVA-1.6 on Mistral. */
  MISTRAL(new TurnStyle.Mistral(), "mistral.jinja"),
  /** LLaVA-OneVision on Qwen2. */
  ONEVISION(new TurnStyle.Qwen(), "onevision.jinja"),
  /**
   * Mini-Gemini on Vicuna, whose checkpoints ship no program: Vicuna's own system text in front.
   */
  MINI_GEMINI(
      new TurnStyle.Vicuna(
          "</s>",
          " ",
          "A chat between a curious user and an artificial intelligence assistant. The assistant"
              + " gives helpful, detailed, and polite answers to the user's questions. "));

  /** Stands for one picture in a rendered prompt. */
  public static final String IMAGE = "<image>";

  /** Stands for one clip, in a model that tells clips from pictures. */
  public static final String VIDEO = "<video>";

  /** What no text may contain. */
  public static final List<String> PLACEHOLDERS = List.of(IMAGE, VIDEO);

  // Comments and the marks of trainable text: neither prints anything.
  private static final Pattern SILENT =
      Pattern.compile("\\{#.*?#}|\\{%-? *(end)?generation *-?%}", Pattern.DOTALL);

  @SuppressWarnings("ImmutableEnumChecker") // records of texts
  private final TurnStyle style;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
  private final List<String> programs;

  ConversationTemplate(TurnStyle style, String... resources) {
    this.style = style;
    this.programs = Arrays.stream(resources).map(ConversationTemplate::read).toList();
  }

  /**
   * The template a checkpoint's Jinja text stands for; {@link #VICUNA} if it brings none, as the
   * first LLaVA-1.5 checkpoints did.
   *
   * @throws TokenizerException if the text is none of the published ones
   */
  public static ConversationTemplate match(@Nullable String jinja) {
    if (jinja == null) {
      return VICUNA;
    }
    String wanted = canonical(jinja);
    for (ConversationTemplate template : values()) {
      if (template.programs.stream()
          .map(ConversationTemplate::canonical)
          .anyMatch(wanted::equals)) {
        return template;
      }
    }
    throw new TokenizerException(
        "unknown conversation template, expected that of a LLaVA checkpoint on Vicuna, Mistral or"
            + " Qwen2, got: "
            + excerpt(jinja));
  }

  /**
   * The prompt for a conversation, with {@value #IMAGE} once per picture and {@value #VIDEO} once
   * per clip.
   *
   * @param addGenerationPrompt whether to end with the words that ask for an answer
   * @throws IllegalArgumentException if the template has no place for a message's role
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    StringBuilder out = new StringBuilder();
    if (messages.isEmpty() || messages.get(0).role() != Message.Role.SYSTEM) {
      out.append(style.opening());
    }
    for (Message message : messages) {
      style.append(out, message);
    }
    if (addGenerationPrompt) {
      out.append(style.generationPrompt());
    }
    return out.toString();
  }

  private static String canonical(String jinja) {
    String lines = jinja.replace("\r\n", "\n").replace("\\n", "\n");
    return SILENT.matcher(lines).replaceAll("").strip();
  }

  private static String excerpt(String jinja) {
    String line = jinja.strip().replaceAll("\\s+", " ");
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }

  private static String read(String resource) {
    try (InputStream in = ConversationTemplate.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
