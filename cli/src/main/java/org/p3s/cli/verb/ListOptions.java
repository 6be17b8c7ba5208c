package org.p3s.cli.verb;

import org.jspecify.annotations.Nullable;
import org.p3s.cli.text.OutputFormat;
import picocli.CommandLine.Option;

/** The options of every verb that lists. */
final class ListOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: table)")
  OutputFormat format = OutputFormat.TABLE;

  @Option(names = "--watch", description = "Show the list again at each change, until Ctrl-C.")
  boolean watch;

  @Option(names = "--limit", paramLabel = "N", description = "At most N (default 100, up to 1000).")
  @Nullable Integer limit;

  @Option(
      names = "--after",
      paramLabel = "TOKEN",
      description = "Show the next page; TOKEN is the field next of the answer.")
  @Nullable String after;
}
