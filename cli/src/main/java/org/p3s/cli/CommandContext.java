package org.p3s.cli;

import java.time.InstantSource;
import java.util.List;
import org.p3s.cli.api.ApiClient;
import org.p3s.cli.text.AnswerFormatter;
import org.p3s.cli.text.Terminal;

/**
 * What every verb needs.
 *
 * @param arguments the command line as the user typed it
 */
public record CommandContext(
    Directories directories,
    Endpoints endpoints,
    Terminal terminal,
    ApiClient api,
    InstantSource clock,
    List<String> arguments) {

  public AnswerFormatter formatter() {
    return new AnswerFormatter(terminal.colours());
  }
}
