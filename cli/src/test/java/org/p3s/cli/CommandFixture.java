package org.p3s.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands in this JVM against services whose answers the test defines. */
abstract class CommandFixture {

  private static final String JOB =
      """
      {"uuid":"j1","name":"sleep","jobtype":"t","state":"%s","outcome":%s,"errcode":%s,
       "reason":%s,"priority":3,"ts_def":"2026-01-31T12:00:00.000Z"}\
      """;

  @TempDir Path dir;
  FakeApi api;
  FakeTerminal terminal;

  @BeforeEach
  void startApi() throws IOException {
    api = new FakeApi();
    terminal = FakeTerminal.notInteractive();
  }

  @AfterEach
  void stopApi() {
    api.close();
  }

  /** Runs {@code p3s} with these arguments and returns its exit code. */
  int p3s(String... args) {
    return Main.run(api.environment(), terminal.terminal, args);
  }

  /** Writes a file into the test's directory. */
  Path file(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content);
  }

  /** A job of the API. Outcome, error code and reason are JSON: {@code null}, or in quotes. */
  static String job(String state, String outcome, String errcode, String reason) {
    return JOB.formatted(state, outcome, errcode, reason);
  }

  static String job(String state, String outcome) {
    return job(state, outcome, "null", "null");
  }
}
