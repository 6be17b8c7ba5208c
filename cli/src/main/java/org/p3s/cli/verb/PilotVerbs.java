package org.p3s.cli.verb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Child;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The fleet, and the agent in this terminal. */
@Command(name = "pilot", description = "Pilots: ls, show, drain, kill, run")
public final class PilotVerbs {

  /** Which pilots; what is given combines. */
  static final class Selectors {
    @Option(names = "--site", paramLabel = "SITE")
    @Nullable String site;

    @Option(names = "--host", paramLabel = "HOST")
    @Nullable String host;

    @Option(names = "--state", paramLabel = "STATE", description = "active, no-jobs, running ...")
    @Nullable String state;

    boolean none() {
      return site == null && host == null && state == null;
    }

    Call with(Call call) {
      return call.with("site", site).with("host", host).with("state", state);
    }
  }

  private final Context cli;
  private final Lists lists;

  public PilotVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Lists pilots.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot ls", "  p3s pilot ls --site local --state running"})
  int ls(@Mixin Selectors selectors, @Mixin ListOptions options) {
    return lists.list(
        options, () -> selectors.with(Call.get(Service.PILOTS, "/pilots")), Shape.PILOT);
  }

  @Command(
      description = "Shows a pilot.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot show UUID"})
  int show(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    return lists.one(output, Call.get(Service.PILOTS, "/pilots/{}", uuid), Shape.PILOT);
  }

  @Command(
      description = "Lets pilots finish what they have and then end.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot drain UUID", "  p3s pilot drain --site cluster --host node7"})
  int drain(
      @Parameters(paramLabel = "UUID", arity = "0..*") @Nullable List<String> uuids,
      @Mixin Selectors selectors,
      @Mixin Selection selection) {
    return end("drain", uuids, selectors, selection);
  }

  @Command(
      description = "Stops pilots; their jobs end as killed.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot kill UUID", "  p3s pilot kill --site cluster --yes"})
  int kill(
      @Parameters(paramLabel = "UUID", arity = "0..*") @Nullable List<String> uuids,
      @Mixin Selectors selectors,
      @Mixin Selection selection) {
    return end("kill", uuids, selectors, selection);
  }

  private int end(
      String verb, @Nullable List<String> uuids, Selectors selectors, Selection selection) {
    long count =
        selection.run(
            cli,
            verb,
            "pilots",
            uuids == null ? List.of() : uuids,
            selectors.none(),
            () -> selectors.with(Call.post(Service.PILOTS, "/pilots/" + verb)));
    return count < 0 ? Exit.DONE : told(verb, count);
  }

  private int told(String verb, long count) {
    cli.terminal().note(verb + ": told " + count + " pilots");
    return count == 0 ? Exit.FAILED : Exit.DONE;
  }

  @Command(
      description = {
        "Runs the agent in this terminal until Ctrl-C; it joins this machine's system.",
        "What follows -- goes to the agent as it is."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s pilot run", "  p3s pilot run --cycles 1", "  p3s pilot run -- --slots 2"})
  int run(
      @Option(names = "--site", paramLabel = "SITE", defaultValue = "local") String site,
      @Option(names = "--cycles", paramLabel = "N", description = "End after N requests for a job.")
          @Nullable Integer cycles,
      @Parameters(paramLabel = "ARG", arity = "0..*", description = "More, for the agent.")
          @Nullable List<String> others) {
    Path jar = cli.place().home().resolve("pilot/target/p3s-pilot.jar");
    Path token = cli.place().secret("join.token");
    if (!Files.isReadable(token)) {
      throw new Failure(
          Exit.FAILED, "there is no " + token + ": start the system with ./p3s up first");
    }
    Path work = cli.place().data().resolve("pilots/terminal-" + ProcessHandle.current().pid());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server", cli.api().url(Service.PILOTS).toString(),
                "--broker", cli.api().url(Service.BROKER).toString(),
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
    return Child.run(Child.java(jar, options, arguments));
  }
}
