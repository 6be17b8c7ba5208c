package org.p3s.cli;

import java.time.InstantSource;
import java.util.List;
import org.p3s.cli.api.Api;
import org.p3s.cli.text.Output;
import org.p3s.cli.text.Terminal;

/**
 * What every verb needs.
 *
 * @param arguments what was typed
 */
public record Context(
    Place place, Terminal terminal, Api api, InstantSource clock, List<String> arguments) {

  public Output output() {
    return new Output(terminal.style());
  }
}
