package org.p3s.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.p3s.cli.text.Terminal;
import org.p3s.cli.text.TextColours;

/** A terminal that keeps what is printed. */
public final class FakeTerminal {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  public final Terminal terminal;

  private FakeTerminal(boolean interactive, String typed) {
    terminal =
        new Terminal(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            new StringReader(typed),
            interactive,
            new TextColours(false),
            true);
  }

  /** Files in place of a terminal. */
  public static FakeTerminal notInteractive() {
    return new FakeTerminal(false, "");
  }

  /** A terminal at which a user types this. */
  public static FakeTerminal interactive(String typed) {
    return new FakeTerminal(true, typed);
  }

  public String out() {
    terminal.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    terminal.flush();
    return err.toString(StandardCharsets.UTF_8);
  }

  /** The lines of stdout. */
  public List<String> lines() {
    return out().lines().toList();
  }
}
