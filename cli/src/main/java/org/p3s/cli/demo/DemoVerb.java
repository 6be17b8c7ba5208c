package org.p3s.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.verb.StackVerbs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the system at work with real files, payloads and results. */
@Command(
    name = "demo",
    description = {
      "Processes real files with a real DAG on this machine.",
      "Starts the system if needed, drops files of a synthetic detector into a watched",
      "directory, one of them corrupt, and waits until their workflows end. The system",
      "stays up; the demo can be run again."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  p3s demo", "  p3s demo --files 20"})
public final class DemoVerb implements Callable<Integer> {

  private static final int MOST_FILES = 500;

  private final CommandContext cli;

  @Option(names = "--files", paramLabel = "N", description = "Number of files (default 6).")
  int files = 6;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Exit code 4 if the workflows have not ended by then (default 5m).")
  Duration timeout = Duration.ofMinutes(5);

  public DemoVerb(CommandContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (files < 2 || files > MOST_FILES) {
      throw CommandFailure.usage(
          "--files must be 2 to " + MOST_FILES + "; one of the files is corrupt");
    }
    if (!cli.endpoints().local()) {
      throw CommandFailure.usage(
          "the demo writes files on this machine and can't use a remote system: unset P3S_SERVER");
    }
    if (!ready()) {
      int exit = StackVerbs.run(cli, List.of("up"));
      if (exit != ExitCode.DONE) {
        return exit;
      }
    }
    return runDemo();
  }

  private boolean ready() {
    return Arrays.stream(P3sService.values()).allMatch(cli.api()::ready);
  }

  private int runDemo() {
    DemoDirectories directories = new DemoDirectories(cli.directories());
    directories.create();
    DemoSetup setup = DemoSetup.read(directories);
    setup.load(cli.api());
    cli.terminal().line("DAG " + setup.dag() + " and watch " + setup.watch() + " are loaded");

    DemoRun run = new DemoRun(directories);
    List<Path> made = run.generate(files);
    cli.terminal()
        .line(
            "run %d: %d files go to %s".formatted(run.number(), made.size(), directories.inbox()));
    List<DemoFile> dropped = run.drop(made, cli.clock());

    DemoProgress progress = new DemoProgress(cli, setup, timeout);
    progress.waitForEnd(dropped);
    return new DemoReport(cli, directories).print(dropped);
  }
}
