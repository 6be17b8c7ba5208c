package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Job types and their limits. */
@Command(name = "jobtype", description = "Job types and their limits: ls, limit")
public final class JobtypeVerbs {

  private static final Set<String> RULES = Set.of("oldest", "newest", "sample");

  private final Lists lists;

  public JobtypeVerbs(Context cli) {
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Lists job types with what runs, what waits and the limits.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s jobtype ls"})
  int ls(@Mixin ListOptions options) {
    return lists.list(options, () -> Call.get(Service.BROKER, "/jobtypes"), Shape.JOBTYPE);
  }

  @Command(
      description = "Limits how many jobs of a type run and wait; what is not given stays.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s jobtype limit purity --running 4",
        "  p3s jobtype limit purity --running 0     (pauses the type)",
        "  p3s jobtype limit purity --running none  (lifts the limit)",
        "  p3s jobtype limit purity --backlog 100 --drop oldest"
      })
  int limit(
      @Parameters(paramLabel = "TYPE") String type,
      @Option(
              names = "--running",
              paramLabel = "N",
              description = "How many pilots may hold; 0 pauses the type, none lifts the limit.")
          @Nullable String running,
      @Option(
              names = "--backlog",
              paramLabel = "N",
              description = "How many may wait, the excess is dropped; none lifts the limit.")
          @Nullable String backlog,
      @Option(
              names = "--drop",
              paramLabel = "RULE",
              description = "Which go when more wait: oldest, newest, or all but a sample.")
          @Nullable String drop,
      @Mixin OutputOptions output) {
    ObjectNode limits = Json.object();
    put(limits, "limit_running", "--running", running);
    put(limits, "limit_backlog", "--backlog", backlog);
    if (drop != null) {
      if (!RULES.contains(drop)) {
        throw Failure.usage("--drop is oldest, newest or sample, not '" + drop + "'");
      }
      limits.put("drop", drop);
    }
    if (limits.isEmpty()) {
      throw Failure.usage("give --running, --backlog or --drop");
    }
    return lists.row(
        output, Call.put(Service.BROKER, "/jobtypes/{}", type).json(limits), Shape.JOBTYPE);
  }

  private static void put(ObjectNode limits, String field, String option, @Nullable String value) {
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
      throw Failure.usage(option + " is a number or none, not '" + value + "'");
    }
  }
}
