package org.p3s.cli.verb;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every verb that can wait for the end of what it starts. */
final class WaitOptions {

  @Option(
      names = "--wait",
      description = "Wait until the end; exit code 0 if all succeeded, else 1.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "For --wait: exit code 4 after this time.")
  @Nullable Duration timeout;
}
