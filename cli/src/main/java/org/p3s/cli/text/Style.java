package org.p3s.cli.text;

import java.util.Set;

/**
 * Colour for words that say how something goes; none unless a person looks.
 *
 * @param colour whether there is any
 */
public record Style(boolean colour) {

  private static final Set<String> GOOD =
      Set.of("finished", "success", "processed", "ready", "OK", "UP", "true");
  private static final Set<String> BAD =
      Set.of(
          "failed",
          "failure",
          "timelimit",
          "pilot-timeout",
          "nonstarter",
          "killed",
          "cancelled",
          "dropped",
          "missing",
          "timeout",
          "FAIL",
          "TO",
          "KILL",
          "DOWN",
          "error");
  private static final Set<String> BUSY = Set.of("running", "dispatched", "arrived");

  /**
   * A text in the colour of the word that it is.
   *
   * @param text the word, with blanks around it where it is a cell
   */
  public String word(String text) {
    String word = text.strip();
    if (!colour || word.isEmpty()) {
      return text;
    }
    if (GOOD.contains(word)) {
      return paint(text, "32");
    }
    if (BAD.contains(word)) {
      return paint(text, "31");
    }
    return BUSY.contains(word) ? paint(text, "33") : text;
  }

  public String bold(String text) {
    return colour ? paint(text, "1") : text;
  }

  private static String paint(String text, String code) {
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
