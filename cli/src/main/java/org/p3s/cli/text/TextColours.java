package org.p3s.cli.text;

import java.util.Set;

/**
 * Colours words that name a state: green for good, red for bad, yellow for work in progress.
 *
 * @param enabled false: all texts stay as they are
 */
public record TextColours(boolean enabled) {

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
   * A text in the colour of the state that it names; unchanged if it names none.
   *
   * @param text the word, with or without blanks around it
   */
  public String paintState(String text) {
    String word = text.strip();
    if (!enabled || word.isEmpty()) {
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
    return enabled ? paint(text, "1") : text;
  }

  private static String paint(String text, String code) {
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
