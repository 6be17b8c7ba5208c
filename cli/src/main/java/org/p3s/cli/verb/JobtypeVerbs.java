package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for job types and their limits. */
@Command(
    name = "jobtype",
    description = "Job types and their limits: ls, limit",
    addMethodSubcommands = false)
public final class JobtypeVerbs {

  private static final Set<String> DROP_RULES = Set.of("oldest", "newest", "sample");

  private final AnswerPrinter printer;

  public JobtypeVerbs(CommandContext cli) {
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Lists job types with their running and waiting jobs and their limits.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s jobtype ls"})
  int ls(@Mixin ListOptions options) {
    return printer.list(
        options, () -> ApiRequest.get(P3sService.BROKER, "/jobtypes"), TableLayout.JOBTYPE);
  }

  @Command(
      description = "Limits how many jobs of a type run and wait; other limits stay as they are.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s jobtype limit purity --running 4",
        "  p3s jobtype limit purity --running 0     (pauses the type)",
        "  p3s jobtype limit purity --running none  (removes the limit)",
        "  p3s jobtype limit purity --backlog 100 --drop oldest"
      })
  int limit(
      @Parameters(paramLabel = "TYPE") String type,
      @Option(
              names = "--running",
              paramLabel = "N",
              description =
                  "How many pilots may hold at a time; 0 pauses the type, none removes the limit.")
          @Nullable String running,
      @Option(
              names = "--backlog",
              paramLabel = "N",
              description = "How many may wait, the others are dropped; none removes the limit.")
          @Nullable String backlog,
      @Option(
              names = "--drop",
              paramLabel = "RULE",
              description = "Which are dropped: oldest, newest, or sample (all but a sample).")
          @Nullable String drop,
      @Mixin OutputOptions output) {
    ObjectNode limits = JsonTree.object();
    putLimit(limits, "limit_running", "--running", running);
    putLimit(limits, "limit_backlog", "--backlog", backlog);
    if (drop != null) {
      if (!DROP_RULES.contains(drop)) {
        throw CommandFailure.usage("--drop must be oldest, newest or sample, not '" + drop + "'");
      }
      limits.put("drop", drop);
    }
    if (limits.isEmpty()) {
      throw CommandFailure.usage("give --running, --backlog or --drop");
    }
    return printer.row(
        output,
        ApiRequest.put(P3sService.BROKER, "/jobtypes/{}", type).json(limits),
        TableLayout.JOBTYPE);
  }

  private static void putLimit(
      ObjectNode limits, String field, String option, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (value.equals("none")) {
      limits.putNull(field);
      return;
    }
    try {
      limits.put(field, Integer.parseInt(value));
    } catch (NumberFormatException e) {
      throw CommandFailure.usage(option + " must be a number or none, not '" + value + "'");
    }
  }
}
