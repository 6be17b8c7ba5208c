package org.p3s.cli.verb;

import org.p3s.cli.text.OutputFormat;
import picocli.CommandLine.Option;

/** The option of every verb that prints an item. */
final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: table)")
  OutputFormat format = OutputFormat.TABLE;
}
