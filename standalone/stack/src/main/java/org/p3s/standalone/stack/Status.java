package org.p3s.standalone.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What runs, where, since when, ready or not and why. */
final class Status {

  private final Settings settings;
  private final Health health = new Health();

  Status(Settings settings) {
    this.settings = settings;
  }

  Optional<Record> supervisor() {
    return Record.read(settings.run(), Supervisor.NAME).filter(r -> r.alive().isPresent());
  }

  /** The components that should run, with the pilots that were asked for at the last start. */
  List<Component> components() {
    List<Component> all =
        new ArrayList<>(
            Component.all(settings).stream()
                .filter(c -> c.group() != Component.Group.PILOT)
                .toList());
    try (Stream<Path> files = Files.list(settings.run())) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("pilot-\\d+\\.json"))
          .sorted()
          .forEach(
              name -> all.add(new Component(name.replace(".json", ""), 0, Component.Group.PILOT)));
    } catch (IOException e) {
      // No directory: nothing was ever started here.
    }
    return all;
  }

  /** Why components are not ready, by name; empty if all are. */
  Map<String, String> notReady(List<Component> components) {
    Map<String, String> problems = new LinkedHashMap<>();
    for (Component component : components) {
      Optional<ProcessHandle> process =
          Record.read(settings.run(), component.name()).flatMap(Record::alive);
      health.problem(component, process).ifPresent(why -> problems.put(component.name(), why));
    }
    return problems;
  }

  /** Prints; returns 0 if all is ready. */
  int print() throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    boolean ready = true;
    for (Component component : components()) {
      Map<String, Object> row = row(component);
      ready &= Boolean.TRUE.equals(row.get("ready"));
      rows.add(row);
    }
    if (settings.json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("data", settings.data().toString());
      all.put("page", settings.page());
      all.put("supervisor", supervisor().map(Record::pid).orElse(null));
      all.put("components", rows);
      System.out.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    } else {
      table(rows);
    }
    return ready && supervisor().isPresent() ? 0 : 1;
  }

  private Map<String, Object> row(Component component) {
    Optional<Record> record = Record.read(settings.run(), component.name());
    Optional<ProcessHandle> process = record.flatMap(Record::alive);
    Optional<String> problem = health.problem(component, process);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", component.name());
    row.put("pid", process.map(ProcessHandle::pid).orElse(null));
    row.put("port", component.port() == 0 ? null : component.port());
    row.put("url", component.url().isEmpty() ? null : component.url());
    row.put(
        "since",
        process
            .flatMap(p -> p.info().startInstant())
            .map(t -> t.truncatedTo(ChronoUnit.MILLIS).toString())
            .orElse(null));
    row.put("restarts", record.map(Record::restarts).orElse(0));
    row.put("rss_kib", process.map(p -> residentKib(p.pid())).orElse(null));
    row.put("ready", problem.isEmpty());
    row.put("reason", problem.orElse(null));
    return row;
  }

  private void table(List<Map<String, Object>> rows) {
    System.out.printf(
        Locale.ROOT,
        "%-22s %8s %6s %-21s %9s %9s  %s%n",
        "NAME",
        "PID",
        "PORT",
        "SINCE",
        "RESTARTS",
        "MEMORY",
        "STATE");
    long total = 0;
    for (Map<String, Object> row : rows) {
      Object rss = row.get("rss_kib");
      total += rss instanceof Long kib ? kib : 0;
      System.out.printf(
          Locale.ROOT,
          "%-22s %8s %6s %-21s %9s %9s  %s%n",
          row.get("name"),
          text(row.get("pid")),
          text(row.get("port")),
          row.get("since") == null
              ? "-"
              : Instant.parse((String) row.get("since")).truncatedTo(ChronoUnit.SECONDS),
          row.get("restarts"),
          rss instanceof Long kib ? kib / 1024 + " MiB" : "-",
          row.get("reason") == null ? "ready" : row.get("reason"));
    }
    System.out.printf(
        Locale.ROOT,
        "supervisor %s, %d MiB resident in all, page %s, data %s%n",
        supervisor().map(r -> "pid " + r.pid()).orElse("not running"),
        total / 1024,
        settings.page(),
        settings.data());
  }

  private static String text(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? "-" : value.toString();
  }

  // PostgreSQL is several processes; the first one stands for the pages they share.
  private static long residentKib(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }
}
