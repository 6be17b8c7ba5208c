package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.ChangeSignal;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.TableColumn;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for the service log. */
@Command(
    name = "service",
    description = "The service log: log, report",
    addMethodSubcommands = false)
public final class ServiceVerbs {

  private static final int MOST_REMEMBERED = 2_000;

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public ServiceVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Prints the service log: what services report to operators, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s service log", "  p3s service log -f --name broker-service"})
  int log(
      @Option(names = "--name", paramLabel = "NAME", description = "Only records of this service.")
          @Nullable String name,
      @Option(
              names = "-f",
              description = "Print new records when they come, newest last, until Ctrl-C.")
          boolean follow,
      @Mixin ListOptions options) {
    Supplier<ApiRequest> request =
        () -> ApiRequest.get(P3sService.MONITOR, "/services").with("name", name);
    return follow
        ? follow(request, options)
        : printer.list(options, request, TableLayout.SERVICE_RECORD);
  }

  private int follow(Supplier<ApiRequest> request, ListOptions options) {
    Set<String> printed = new LinkedHashSet<>();
    try (ChangeSignal changes = ChangeSignal.listen(cli.api())) {
      while (true) {
        Deque<JsonNode> fresh = new ArrayDeque<>();
        for (JsonNode record :
            cli.api().json(request.get().with("limit", options.limit)).path("items")) {
          if (printed.add(key(record))) {
            fresh.addFirst(record);
          }
        }
        fresh.forEach(record -> cli.terminal().line(line(record, options.format)));
        if (printed.size() > MOST_REMEMBERED) {
          printed.removeAll(printed.stream().limit(MOST_REMEMBERED / 2).toList());
        }
        changes.await();
      }
    }
  }

  private static String key(JsonNode record) {
    return record.hasNonNull("uuid") ? record.path("uuid").asText() : record.toString();
  }

  private static String line(JsonNode record, OutputFormat format) {
    if (format != OutputFormat.TABLE) {
      return record.toString();
    }
    StringBuilder line = new StringBuilder();
    for (TableColumn column : TableLayout.SERVICE_RECORD.columns()) {
      line.append(line.isEmpty() ? "" : "  ").append(column.value().apply(record));
    }
    return line.toString();
  }

  @Command(
      description = "Writes a record into the service log.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s service report shift 'beam is back'"})
  int report(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "MESSAGE") String message) {
    cli.api()
        .json(
            ApiRequest.post(P3sService.MONITOR, "/services")
                .json(JsonTree.object().put("service", name).put("message", message)));
    return ExitCode.DONE;
  }
}
