package org.p3s.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command itself; it needs a verb. */
@Command(
    name = "p3s",
    description = "Prompt processing for particle detectors.",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  P3S_DATA         data directory of the system on this machine (default .p3s)",
      "  P3S_PORT_OFFSET  added to all ports, for several systems on one machine",
      "  P3S_SERVER       base URL of the monitor of a remote system; needs P3S_TOKEN",
      "                   (P3S_SERVER_WORKFLOW, _BROKER, _PILOTS, _WATCHER if they are",
      "                   not at the next ports of the same host)",
      "  NO_COLOR         set: no colours",
      "",
      "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 not reachable, 4 timed out.",
      "p3s VERB --help has examples."
    })
final class RootCommand {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  boolean help;
}
