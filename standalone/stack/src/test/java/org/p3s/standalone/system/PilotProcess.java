package org.p3s.standalone.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real agent that a test starts as its child process. */
final class PilotProcess implements AutoCloseable {

  private final Process process;
  private final Path work;
  private final Path log;

  PilotProcess(StackUnderTest stack, String site, int slots) throws IOException {
    this(stack, site, slots, Map.of());
  }

  /**
   * The same.
   *
   * @param environment of the agent; its payloads don't get it
   */
  PilotProcess(StackUnderTest stack, String site, int slots, Map<String, String> environment)
      throws IOException {
    work = Files.createDirectories(stack.data.resolve("pilots-of-tests").resolve(site));
    log = work.resolve("agent.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                stack.home.resolve("pilot/target/p3s-pilot.jar").toString(),
                "--server",
                "http://127.0.0.1:" + (StackUnderTest.SERVICES.get("pilot-service") + stack.offset),
                "--broker",
                "http://127.0.0.1:"
                    + (StackUnderTest.SERVICES.get("broker-service") + stack.offset),
                "--token-file",
                stack.data.resolve("secrets/join.token").toString(),
                "--site",
                site,
                "--slots",
                Integer.toString(slots),
                "--work",
                work.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** Sends a signal to the agent; its payloads do not get it. */
  void signal(String signal) {
    FaultInjector.signal(signal, process.pid());
  }

  /** The time of the first line of its log, by its own clock. */
  Instant firstLogTime() throws IOException {
    return Instant.parse(log().substring(0, log().indexOf(' ')));
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** File names of the reports that the broker refused. */
  List<String> refusedReports() throws IOException {
    Path refused = work.resolve("spool/refused");
    if (!Files.isDirectory(refused)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(refused)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public void close() {
    signal("CONT");
    process.destroy();
  }
}
