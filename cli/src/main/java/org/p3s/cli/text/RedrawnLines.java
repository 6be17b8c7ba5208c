package org.p3s.cli.text;

import java.util.List;

/** Lines on a terminal that are replaced in place when they change, such as a progress display. */
public final class RedrawnLines {

  private final Terminal terminal;
  private int drawn;

  public RedrawnLines(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Draws the lines in place of those drawn before; does nothing without a terminal. */
  public void draw(List<String> lines) {
    if (!terminal.interactive()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append("A\u001b[J");
    }
    lines.forEach(line -> text.append(line).append('\n'));
    terminal.err().print(text);
    terminal.err().flush();
    drawn = lines.size();
  }

  /** Removes what was drawn. */
  public void clear() {
    draw(List.of());
  }
}
