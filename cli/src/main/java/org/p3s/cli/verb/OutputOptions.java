package org.p3s.cli.verb;

import org.p3s.cli.text.Format;
import picocli.CommandLine.Option;

/** How one thing is printed. */
final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: table)")
  Format format = Format.TABLE;
}
