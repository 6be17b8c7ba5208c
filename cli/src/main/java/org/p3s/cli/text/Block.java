package org.p3s.cli.text;

import java.util.List;

/** Lines that are drawn again in the same place while a person looks. */
public final class Block {

  private final Terminal terminal;
  private int drawn;

  public Block(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Draws the lines in place of those drawn before. Nothing without a terminal. */
  public void draw(List<String> lines) {
    if (!terminal.live()) {
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

  /** Takes away what was drawn. */
  public void clear() {
    draw(List.of());
  }
}
