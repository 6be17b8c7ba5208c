package org.p3s.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.p3s.cli.Child;
import org.p3s.cli.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** The system of this machine. A program of its own does it; arguments go there as they are. */
public final class StackVerbs {

  /** Runs a verb of the stack in this terminal. */
  public static int run(Context cli, List<String> arguments) {
    Path target = cli.place().home().resolve("standalone/stack/target");
    Path jar = target.resolve("p3s-stack.jar");
    List<String> options =
        List.of("-cp", jar + ":" + target.resolve("lib") + "/*", "org.p3s.standalone.stack.Main");
    cli.terminal().flush();
    return Child.run(Child.java(jar, options, arguments));
  }

  /** Options are declared for the help; all that was typed is handed on. */
  private abstract static class Forwarded implements Callable<Integer> {

    private final Context cli;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "Data directory (default: P3S_DATA, or .p3s).")
    String data = "";

    @Unmatched List<String> others = new ArrayList<>();

    Forwarded(Context cli) {
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
      description = "Starts the system of this machine; returns when all of it is ready.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s up", "  p3s up --data /data/p3s --port-offset 100 --pilots 4"})
  public static final class Up extends Forwarded {

    @Option(
        names = "--port-offset",
        paramLabel = "N",
        description = "Added to all ports (default: P3S_PORT_OFFSET, or 0).")
    String offset = "";

    @Option(names = "--pilots", paramLabel = "N", description = "Local pilots (default 2).")
    String pilots = "";

    @Option(names = "--foreground", description = "Stay; stop everything at Ctrl-C.")
    boolean foreground;

    public Up(Context cli) {
      super(cli);
    }
  }

  /** {@code down}. */
  @Command(
      name = "down",
      description = "Stops the system of this machine, in order.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s down"})
  public static final class Down extends Forwarded {

    public Down(Context cli) {
      super(cli);
    }
  }

  /** {@code status}. */
  @Command(
      name = "status",
      description = "What runs, where, since when, ready or not and why.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s status", "  p3s status -o json"})
  public static final class Status extends Forwarded {

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORMAT",
        description = "table or json.")
    String format = "";

    public Status(Context cli) {
      super(cli);
    }
  }

  private StackVerbs() {}
}
