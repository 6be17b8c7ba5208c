package org.p3s.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.p3s.cli.ChildProcess;
import org.p3s.cli.CommandContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/**
 * Verbs for the system of this machine. Each starts {@code standalone/stack} with all arguments.
 */
public final class StackVerbs {

  /** Runs the program of {@code standalone/stack} in this terminal; returns its exit code. */
  public static int run(CommandContext cli, List<String> arguments) {
    Path target = cli.directories().home().resolve("standalone/stack/target");
    Path jar = target.resolve("p3s-stack.jar");
    List<String> options =
        List.of("-cp", jar + ":" + target.resolve("lib") + "/*", "org.p3s.standalone.stack.Main");
    cli.terminal().flush();
    return ChildProcess.run(ChildProcess.java(jar, options, arguments));
  }

  /** Options are declared for the help only; the program gets the command line as it was typed. */
  private abstract static class ForwardedVerb implements Callable<Integer> {

    private final CommandContext cli;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "Data directory (default: P3S_DATA, or .p3s).")
    String data = "";

    @Unmatched List<String> others = new ArrayList<>();

    ForwardedVerb(CommandContext cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return run(cli, cli.arguments());
    }
  }

  /** {@code up}. */
  @Command(
      name = "up",
      description = "Starts the system of this machine and returns when all of it is ready.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s up", "  p3s up --data /data/p3s --port-offset 100 --pilots 4"})
  public static final class UpVerb extends ForwardedVerb {

    @Option(
        names = "--port-offset",
        paramLabel = "N",
        description = "Added to all ports (default: P3S_PORT_OFFSET, or 0).")
    String offset = "";

    @Option(names = "--pilots", paramLabel = "N", description = "Local pilots (default 2).")
    String pilots = "";

    @Option(names = "--foreground", description = "Stay in this terminal; Ctrl-C stops everything.")
    boolean foreground;

    public UpVerb(CommandContext cli) {
      super(cli);
    }
  }

  /** {@code down}. */
  @Command(
      name = "down",
      description = "Stops the system of this machine.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s down"})
  public static final class DownVerb extends ForwardedVerb {

    public DownVerb(CommandContext cli) {
      super(cli);
    }
  }

  /** {@code status}. */
  @Command(
      name = "status",
      description = "Shows what runs, where, since when, and whether it is ready.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s status", "  p3s status -o json"})
  public static final class StatusVerb extends ForwardedVerb {

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORMAT",
        description = "table or json.")
    String format = "";

    public StatusVerb(CommandContext cli) {
      super(cli);
    }
  }

  private StackVerbs() {}
}
