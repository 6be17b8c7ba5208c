package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
      description = "Limits how many jobs of a type run at a time.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s jobtype limit purity --running 4",
        "  p3s jobtype limit purity --running 0     (pauses the type)",
        "  p3s jobtype limit purity --running none  (lifts the limit)"
      })
  int limit(
      @Parameters(paramLabel = "TYPE") String type,
      @Option(
              names = "--running",
              paramLabel = "N",
              required = true,
              description = "0 pauses the type, none lifts the limit.")
          String running,
      @Mixin OutputOptions output) {
    ObjectNode limits = Json.object();
    if (running.equals("none")) {
      limits.putNull("limit_running");
    } else {
      limits.put("limit_running", number(running));
    }
    return lists.row(
        output, Call.put(Service.BROKER, "/jobtypes/{}", type).json(limits), Shape.JOBTYPE);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Failure.usage("--running is a number or none, not '" + text + "'");
    }
  }
}
