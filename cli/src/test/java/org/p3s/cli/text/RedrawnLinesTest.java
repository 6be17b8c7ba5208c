package org.p3s.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.cli.FakeTerminal;

class RedrawnLinesTest {

  @Test
  void lines_are_redrawn_on_a_terminal_only() {
    FakeTerminal interactive = FakeTerminal.interactive("");
    RedrawnLines lines = new RedrawnLines(interactive.terminal);
    lines.draw(List.of("one", "two"));
    lines.draw(List.of("three"));
    assertThat(interactive.err()).isEqualTo("one\ntwo\n\u001b[2A\u001b[Jthree\n");

    FakeTerminal files = FakeTerminal.notInteractive();
    new RedrawnLines(files.terminal).draw(List.of("one"));
    assertThat(files.err()).isEmpty();
  }
}
