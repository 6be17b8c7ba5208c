package org.p3s.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Service;
import org.p3s.cli.verb.StackVerbs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the product doing what it exists for, with real files, payloads and results. */
@Command(
    name = "demo",
    description = {
      "Real files through a real DAG, on this machine.",
      "Starts the system if needed, drops files of a synthetic detector into a watched",
      "directory, one of them corrupt, and follows their workflows to the end. Leaves",
      "the system up; may be run again."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  p3s demo", "  p3s demo --files 20"})
public final class DemoVerb implements Callable<Integer> {

  private static final int MOST_FILES = 500;

  private final Context cli;

  @Option(names = "--files", paramLabel = "N", description = "Files (default 6).")
  int files = 6;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Exit 4 if workflows have not ended by then (default 5m).")
  Duration timeout = Duration.ofMinutes(5);

  public DemoVerb(Context cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (files < 2 || files > MOST_FILES) {
      throw Failure.usage("--files is 2 to " + MOST_FILES + ", one of which is corrupt");
    }
    if (!cli.place().local()) {
      throw Failure.usage("the demo writes files on this machine: it does not go with P3S_SERVER");
    }
    if (!ready()) {
      int exit = StackVerbs.run(cli, List.of("up"));
      if (exit != Exit.DONE) {
        return exit;
      }
    }
    return show();
  }

  private boolean ready() {
    return Arrays.stream(Service.values()).allMatch(cli.api()::ready);
  }

  private int show() {
    DemoPlace place = new DemoPlace(cli.place());
    place.create();
    DemoSetup setup = DemoSetup.read(place);
    setup.load(cli.api());
    cli.terminal().line("DAG " + setup.dag() + " and watch " + setup.watch() + " are loaded");

    Detector detector = new Detector(place);
    List<Path> made = detector.generate(files);
    cli.terminal()
        .line("run %d: %d files go to %s".formatted(detector.run(), made.size(), place.inbox()));
    List<DemoFile> dropped = detector.move(made, cli.clock());

    DemoProgress progress = new DemoProgress(cli, setup, timeout);
    progress.follow(dropped);
    return new DemoReport(cli, place).print(dropped);
  }
}
