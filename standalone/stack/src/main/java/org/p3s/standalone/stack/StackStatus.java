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

/** Reports which processes of a stack run, where, since when, and whether they are ready. */
final class StackStatus {

  private final StackSettings settings;
  private final ReadinessProbe readiness = new ReadinessProbe();

  StackStatus(StackSettings settings) {
    this.settings = settings;
  }

  /** The record of the supervisor, if it runs. */
  Optional<ProcessRecord> supervisor() {
    return ProcessRecord.read(settings.run(), Supervisor.NAME).filter(r -> r.alive().isPresent());
  }

  /** The processes that should run, with the pilots of the last start. */
  List<ManagedProcess> processes() {
    List<ManagedProcess> all =
        new ArrayList<>(
            ManagedProcess.all(settings).stream()
                .filter(p -> p.group() != ManagedProcess.Group.PILOT)
                .toList());
    try (Stream<Path> files = Files.list(settings.run())) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("pilot-\\d+\\.json"))
          .sorted()
          .forEach(
              name ->
                  all.add(
                      new ManagedProcess(
                          name.replace(".json", ""), 0, ManagedProcess.Group.PILOT)));
    } catch (IOException e) {
      // There is no directory: no stack was ever started here.
    }
    return all;
  }

  /** The processes that are not ready, by name, with the reason. */
  Map<String, String> notReady(List<ManagedProcess> processes) {
    Map<String, String> problems = new LinkedHashMap<>();
    for (ManagedProcess managed : processes) {
      Optional<ProcessHandle> process =
          ProcessRecord.read(settings.run(), managed.name()).flatMap(ProcessRecord::alive);
      readiness.problem(managed, process).ifPresent(why -> problems.put(managed.name(), why));
    }
    return problems;
  }

  /** Prints a table or JSON; returns 0 if all processes are ready, else 1. */
  int print() throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    boolean ready = true;
    for (ManagedProcess managed : processes()) {
      Map<String, Object> row = row(managed);
      ready &= Boolean.TRUE.equals(row.get("ready"));
      rows.add(row);
    }
    if (settings.json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("data", settings.data().toString());
      all.put("page", settings.page());
      all.put("supervisor", supervisor().map(ProcessRecord::pid).orElse(null));
      all.put("components", rows);
      System.out.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    } else {
      printTable(rows);
    }
    return ready && supervisor().isPresent() ? 0 : 1;
  }

  private Map<String, Object> row(ManagedProcess managed) {
    Optional<ProcessRecord> record = ProcessRecord.read(settings.run(), managed.name());
    Optional<ProcessHandle> process = record.flatMap(ProcessRecord::alive);
    Optional<String> problem = readiness.problem(managed, process);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", managed.name());
    row.put("pid", process.map(ProcessHandle::pid).orElse(null));
    row.put("port", managed.port() == 0 ? null : managed.port());
    row.put("url", managed.url().isEmpty() ? null : managed.url());
    row.put(
        "since",
        process
            .flatMap(p -> p.info().startInstant())
            .map(t -> t.truncatedTo(ChronoUnit.MILLIS).toString())
            .orElse(null));
    row.put("restarts", record.map(ProcessRecord::restarts).orElse(0));
    row.put("rss_kib", process.map(p -> residentKib(p.pid())).orElse(null));
    row.put("ready", problem.isEmpty());
    row.put("reason", problem.orElse(null));
    return row;
  }

  private void printTable(List<Map<String, Object>> rows) {
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

  // PostgreSQL has several processes, which share most of their memory: only the first one counts.
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
