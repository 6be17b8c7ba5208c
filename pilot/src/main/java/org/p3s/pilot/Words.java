package org.p3s.pilot;

import java.util.ArrayList;
import java.util.List;

/** Splits a command into words as a shell does, quotes included, and expands nothing. */
final class Words {

  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;

  /**
   * The words of a command: blanks separate; single quotes keep everything; double quotes keep all
   * but {@code \"} and {@code \\}; elsewhere a backslash keeps the next character.
   *
   * @throws IllegalArgumentException if a quote is not closed or the last character is a backslash
   */
  static List<String> split(String command) {
    return new Words().run(command);
  }

  private List<String> run(String command) {
    int i = 0;
    while (i < command.length()) {
      char c = command.charAt(i++);
      if (Character.isWhitespace(c)) {
        end();
      } else if (c == '\'') {
        i = single(command, i);
      } else if (c == '"') {
        i = doubled(command, i);
      } else if (c == '\\') {
        if (i == command.length()) {
          throw new IllegalArgumentException("a backslash ends it");
        }
        add(command.charAt(i++));
      } else {
        add(c);
      }
    }
    end();
    return words;
  }

  private int single(String command, int from) {
    int close = command.indexOf('\'', from);
    if (close < 0) {
      throw new IllegalArgumentException("a single quote is not closed");
    }
    inWord = true;
    word.append(command, from, close);
    return close + 1;
  }

  private int doubled(String command, int from) {
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

  private void add(char c) {
    inWord = true;
    word.append(c);
  }

  private void end() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private Words() {}
}
