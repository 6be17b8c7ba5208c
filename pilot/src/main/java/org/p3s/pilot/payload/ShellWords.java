package org.p3s.pilot.payload;

import java.util.ArrayList;
import java.util.List;

/** Splits a command into words as a shell does, with quotes, but expands nothing. */
public final class ShellWords {

  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;

  /**
   * Blanks separate words. Inside single quotes each character stands for itself; inside double
   * quotes, too, but for {@code \"} and {@code \\}. Elsewhere the character after a backslash
   * stands for itself.
   *
   * @throws IllegalArgumentException if a quote is not closed or the last character is a backslash
   */
  public static List<String> split(String command) {
    return new ShellWords().splitAll(command);
  }

  private List<String> splitAll(String command) {
    int i = 0;
    while (i < command.length()) {
      char c = command.charAt(i++);
      if (Character.isWhitespace(c)) {
        endWord();
      } else if (c == '\'') {
        i = readSingleQuoted(command, i);
      } else if (c == '"') {
        i = readDoubleQuoted(command, i);
      } else if (c == '\\') {
        if (i == command.length()) {
          throw new IllegalArgumentException("a backslash ends it");
        }
        append(command.charAt(i++));
      } else {
        append(c);
      }
    }
    endWord();
    return words;
  }

  private int readSingleQuoted(String command, int from) {
    int close = command.indexOf('\'', from);
    if (close < 0) {
      throw new IllegalArgumentException("a single quote is not closed");
    }
    inWord = true;
    word.append(command, from, close);
    return close + 1;
  }

  private int readDoubleQuoted(String command, int from) {
    inWord = true;
    int i = from;
    while (i < command.length()) {
      char c = command.charAt(i++);
      if (c == '"') {
        return i;
      }
      if (c == '\\' && i < command.length() && "\"\\".indexOf(command.charAt(i)) >= 0) {
        c = command.charAt(i++);
      }
      word.append(c);
    }
    throw new IllegalArgumentException("a double quote is not closed");
  }

  private void append(char c) {
    inWord = true;
    word.append(c);
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private ShellWords() {}
}
