package org.p3s.pilot;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real jar of the pilot in a process of its own, against {@link FakeServices}. */
abstract class PilotProcessFixture {

  /** The options of Java, as the stack and the command line tool set them. */
  static final List<String> FLAGS =
      List.of(
          "-Xmx48m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dfile.encoding=UTF-8",
          "-Dsun.jnu.encoding=UTF-8",
          "-jar",
          "target/p3s-pilot.jar");

  static final Duration MAX_WAIT = Duration.ofSeconds(30);
  static final Map<String, Object> IN_SHELL = Map.of("env", Map.of("P3S_EXECMODE", "SHELL"));

  @TempDir Path dir;
  FakeServices services;
  Process pilot;
  Map<String, String> environment = Map.of();

  @BeforeEach
  void start() throws Exception {
    services = new FakeServices();
    Files.writeString(dir.resolve("join.token"), "join-secret\n");
    pilot = startPilot();
  }

  @AfterEach
  void stop() throws Exception {
    pilot.destroyForcibly().waitFor();
    services.close();
  }

  /** Options for all pilots of a test class. */
  List<String> options() {
    return List.of();
  }

  Process startPilot(String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("--server", services.url()));
    if (!options().contains("--min-free") && !List.of(more).contains("--min-free")) {
      command.addAll(List.of("--min-free", "0"));
    }
    command.addAll(List.of("--token-file", dir.resolve("join.token").toString()));
    command.addAll(List.of("--work", work().toString()));
    command.addAll(options());
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PILOT_SECRET", "top-secret");
    builder.environment().put("PILOT_NAMED", "named");
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(environment);
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
  }

  /** Kills the pilot and starts another one in the same work directory. */
  void restartWith(String... options) throws Exception {
    pilot.destroyForcibly().waitFor();
    services.calls.clear();
    pilot = startPilot(options);
  }

  Path work() {
    return dir.resolve("work");
  }

  Path log() {
    return dir.resolve("pilot.log");
  }

  Map<String, Object> awaitReport(UUID job) {
    String path = "/leases/" + job + "/finish";
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(path).isEmpty());
    return services.requestBodies(path).get(0);
  }

  Map<String, Object> runJob(String payload, Map<String, Object> more) {
    return awaitReport(services.addJob(payload, more));
  }

  static String text(Map<String, Object> report, String field) {
    return String.valueOf(report.get(field));
  }

  static boolean isAlive(long pid) throws Exception {
    File stat = new File("/proc/" + pid + "/stat");
    return stat.exists() && !Files.readString(stat.toPath()).contains(") Z ");
  }

  long awaitPidIn(String file) {
    Path path = dir.resolve(file);
    await()
        .atMost(MAX_WAIT)
        .until(() -> Files.exists(path) && Files.readString(path).endsWith("\n"));
    try {
      return Long.parseLong(Files.readString(path).strip());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  long spooledReports() {
    String[] names = work().resolve("spool").toFile().list((d, n) -> n.endsWith(".json"));
    return names == null ? 0 : names.length;
  }
}
