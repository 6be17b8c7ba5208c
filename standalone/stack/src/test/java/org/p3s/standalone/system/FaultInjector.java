package org.p3s.standalone.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.p3s.standalone.embedded.PostgresServer;

/** Stops, kills and suspends processes of a stack. */
final class FaultInjector {

  private final StackUnderTest stack;

  FaultInjector(StackUnderTest stack) {
    this.stack = stack;
  }

  /** Sends a signal to a process; STOP and CONT also go to the child processes of PostgreSQL. */
  void signal(String signal, String process) {
    long pid = stack.pid(process);
    boolean withChildren = process.equals("postgres") && List.of("STOP", "CONT").contains(signal);
    Stream<ProcessHandle> children =
        withChildren
            ? ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)
            : Stream.of();
    Stream.concat(Stream.of(pid), children.map(ProcessHandle::pid))
        .forEach(each -> signal(signal, each));
  }

  /** Sends a signal to one process; does nothing if it has ended. */
  static void signal(String signal, long pid) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Suspends a process for some time, like a long garbage collection. */
  void suspend(String process, Duration time) throws InterruptedException {
    signal("STOP", process);
    try {
      Thread.sleep(time.toMillis());
    } finally {
      signal("CONT", process);
    }
  }

  /** Kills a process and suspends the supervisor, so that it is not started again for some time. */
  void killAndKeepDown(String process, Duration time) throws InterruptedException {
    signal("STOP", "supervisor");
    try {
      signal("KILL", process);
      Thread.sleep(time.toMillis());
    } finally {
      signal("CONT", "supervisor");
    }
  }

  /** Closes every connection of the services to PostgreSQL; false if it could not be reached. */
  boolean closeDatabaseConnections() throws IOException {
    PostgresServer server =
        PostgresServer.running(
            stack.data.resolve("postgres"),
            StackUnderTest.POSTGRES + stack.offset,
            stack.data.resolve("logs/postgres.log"));
    try (Connection connection = server.connect("p3s");
        Statement sql = connection.createStatement()) {
      sql.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = 'p3s' AND pid <> pg_backend_pid()");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Waits until all services are ready and Kafka and PostgreSQL listen. */
  void awaitReady() {
    await()
        .atMost(StackUnderTest.LONG.multipliedBy(2))
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .until(
            () -> {
              for (String service : StackUnderTest.SERVICES.keySet()) {
                if (stack.statusWithoutToken(service, "/q/health/ready") != 200) {
                  return false;
                }
              }
              return listens(StackUnderTest.KAFKA) && listens(StackUnderTest.POSTGRES);
            });
  }

  private boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port + stack.offset), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
