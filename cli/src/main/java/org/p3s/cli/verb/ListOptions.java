package org.p3s.cli.verb;

import org.jspecify.annotations.Nullable;
import org.p3s.cli.text.Format;
import picocli.CommandLine.Option;

/** What every listing takes. */
final class ListOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: table)")
  Format format = Format.TABLE;

  @Option(names = "--watch", description = "Show it again whenever something changes.")
  boolean watch;

  @Option(names = "--limit", paramLabel = "N", description = "At most N (default 100, up to 1000).")
  @Nullable Integer limit;

  @Option(
      names = "--after",
      paramLabel = "TOKEN",
      description = "The page after this one; TOKEN is 'next' of the answer.")
  @Nullable String after;
}
