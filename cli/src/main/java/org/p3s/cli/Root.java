package org.p3s.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command itself; it does nothing without a verb. */
@Command(
    name = "p3s",
    description = "Prompt processing for particle detectors.",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  P3S_DATA         data directory of this machine's system (default .p3s)",
      "  P3S_PORT_OFFSET  added to all ports, for several systems on one machine",
      "  P3S_SERVER       base URL of the monitor of a system elsewhere; with P3S_TOKEN",
      "                   (P3S_SERVER_WORKFLOW, _BROKER, _PILOTS, _WATCHER where they are",
      "                   not at the next ports of the same host)",
      "  NO_COLOR         no colour",
      "",
      "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 not reachable, 4 timed out.",
      "p3s VERB --help has examples."
    })
final class Root {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "This text.")
  boolean help;
}
