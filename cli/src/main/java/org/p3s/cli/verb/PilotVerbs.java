package org.p3s.cli.verb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.ChildProcess;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for pilots; {@code run} starts one in this terminal. */
@Command(
    name = "pilot",
    description = "Pilots: ls, show, drain, kill, run",
    addMethodSubcommands = false)
public final class PilotVerbs {

  /** The options that select pilots; a pilot must match all of them. */
  static final class PilotSelectors {
    @Option(names = "--site", paramLabel = "SITE")
    @Nullable String site;

    @Option(names = "--host", paramLabel = "HOST")
    @Nullable String host;

    @Option(names = "--state", paramLabel = "STATE", description = "active, no-jobs, running ...")
    @Nullable String state;

    boolean isEmpty() {
      return site == null && host == null && state == null;
    }

    ApiRequest addTo(ApiRequest request) {
      return request.with("site", site).with("host", host).with("state", state);
    }
  }

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public PilotVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Lists pilots.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot ls", "  p3s pilot ls --site local --state running"})
  int ls(@Mixin PilotSelectors selectors, @Mixin ListOptions options) {
    return printer.list(
        options,
        () -> selectors.addTo(ApiRequest.get(P3sService.PILOTS, "/pilots")),
        TableLayout.PILOT);
  }

  @Command(
      description = "Shows a pilot.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot show UUID"})
  int show(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    return printer.one(
        output, ApiRequest.get(P3sService.PILOTS, "/pilots/{}", uuid), TableLayout.PILOT);
  }

  @Command(
      description = "Lets pilots finish their jobs and then end.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot drain UUID", "  p3s pilot drain --site cluster --host node7"})
  int drain(
      @Parameters(paramLabel = "UUID", arity = "0..*") @Nullable List<String> uuids,
      @Mixin PilotSelectors selectors,
      @Mixin BulkAction selection) {
    return sendCommand("drain", uuids, selectors, selection);
  }

  @Command(
      description = "Stops pilots; their jobs end as killed.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot kill UUID", "  p3s pilot kill --site cluster --yes"})
  int kill(
      @Parameters(paramLabel = "UUID", arity = "0..*") @Nullable List<String> uuids,
      @Mixin PilotSelectors selectors,
      @Mixin BulkAction selection) {
    return sendCommand("kill", uuids, selectors, selection);
  }

  private int sendCommand(
      String verb, @Nullable List<String> uuids, PilotSelectors selectors, BulkAction selection) {
    long count =
        selection.run(
            cli,
            verb,
            "pilots",
            uuids == null ? List.of() : uuids,
            selectors.isEmpty(),
            () -> selectors.addTo(ApiRequest.post(P3sService.PILOTS, "/pilots/" + verb)));
    return count < 0 ? ExitCode.DONE : report(verb, count);
  }

  private int report(String verb, long count) {
    cli.terminal().note(verb + ": sent to " + count + " pilots");
    return count == 0 ? ExitCode.FAILED : ExitCode.DONE;
  }

  @Command(
      description = {
        "Runs a pilot in this terminal until Ctrl-C, for the system of this machine.",
        "Arguments after -- are passed to the pilot as they are."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot run", "  p3s pilot run --cycles 1", "  p3s pilot run -- --slots 2"})
  int run(
      @Option(names = "--site", paramLabel = "SITE", defaultValue = "local") String site,
      @Option(names = "--cycles", paramLabel = "N", description = "End after N requests for a job.")
          @Nullable Integer cycles,
      @Parameters(paramLabel = "ARG", arity = "0..*", description = "More arguments for the pilot.")
          @Nullable List<String> others) {
    Path jar = cli.directories().home().resolve("pilot/target/p3s-pilot.jar");
    Path token = cli.directories().secret("join.token");
    if (!Files.isReadable(token)) {
      throw new CommandFailure(
          ExitCode.FAILED, "there is no " + token + ": start the system with ./p3s up first");
    }
    Path work =
        cli.directories().data().resolve("pilots/terminal-" + ProcessHandle.current().pid());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server", cli.api().url(P3sService.PILOTS).toString(),
                "--broker", cli.api().url(P3sService.BROKER).toString(),
                "--token-file", token.toString(),
                "--site", site,
                "--work", work.toString()));
    if (cycles != null) {
      arguments.addAll(List.of("--cycles", cycles.toString()));
    }
    if (others != null) {
      arguments.addAll(others);
    }
    cli.terminal().flush();
    List<String> flags =
        List.of("-Xmx48m", "-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8", "-jar");
    List<String> options = new ArrayList<>(flags);
    options.add(jar.toString());
    return ChildProcess.run(ChildProcess.java(jar, options, arguments));
  }
}
