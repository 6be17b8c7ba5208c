package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Changes;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Column;
import org.p3s.cli.text.Format;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The service log. */
@Command(name = "service", description = "The service log: log, report")
public final class ServiceVerbs {

  private static final int REMEMBERED = 2_000;

  private final Context cli;
  private final Lists lists;

  public ServiceVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Prints what services did that people should know, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s service log", "  p3s service log -f --name broker-service"})
  int log(
      @Option(names = "--name", paramLabel = "NAME", description = "Of this service.")
          @Nullable String name,
      @Option(names = "-f", description = "Go on with what is new, newest last, until Ctrl-C.")
          boolean follow,
      @Mixin ListOptions options) {
    Supplier<Call> call = () -> Call.get(Service.MONITOR, "/services").with("name", name);
    return follow ? follow(call, options) : lists.list(options, call, Shape.SERVICE_RECORD);
  }

  private int follow(Supplier<Call> call, ListOptions options) {
    Set<String> printed = new LinkedHashSet<>();
    try (Changes changes = Changes.follow(cli.api())) {
      while (true) {
        Deque<JsonNode> fresh = new ArrayDeque<>();
        for (JsonNode record :
            cli.api().json(call.get().with("limit", options.limit)).path("items")) {
          if (printed.add(key(record))) {
            fresh.addFirst(record);
          }
        }
        fresh.forEach(record -> cli.terminal().line(line(record, options.format)));
        if (printed.size() > REMEMBERED) {
          printed.removeAll(printed.stream().limit(REMEMBERED / 2).toList());
        }
        changes.await();
      }
    }
  }

  private static String key(JsonNode record) {
    return record.hasNonNull("uuid") ? record.path("uuid").asText() : record.toString();
  }

  private static String line(JsonNode record, Format format) {
    if (format != Format.TABLE) {
      return record.toString();
    }
    StringBuilder line = new StringBuilder();
    for (Column column : Shape.SERVICE_RECORD.columns()) {
      line.append(line.isEmpty() ? "" : "  ").append(column.value().apply(record));
    }
    return line.toString();
  }

  @Command(
      description = "Writes a line into the service log.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s service report shift 'beam is back'"})
  int report(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "MESSAGE") String message) {
    cli.api()
        .json(
            Call.post(Service.MONITOR, "/services")
                .json(Json.object().put("service", name).put("message", message)));
    return Exit.DONE;
  }
}
