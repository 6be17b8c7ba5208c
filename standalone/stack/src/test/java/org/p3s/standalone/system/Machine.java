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

/** What can be done to the processes of a stack from outside, by their numbers. */
final class Machine {

  private final Stack stack;

  Machine(Stack stack) {
    this.stack = stack;
  }

  /** Sends a signal to a component; to PostgreSQL's own children as well if it stops or goes on. */
  void signal(String signal, String component) {
    long pid = stack.pid(component);
    boolean whole = component.equals("postgres") && List.of("STOP", "CONT").contains(signal);
    Stream<ProcessHandle> children =
        whole ? ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants) : Stream.of();
    Stream.concat(Stream.of(pid), children.map(ProcessHandle::pid))
        .forEach(each -> signal(signal, each));
  }

  /** To one process; nothing happens if it is gone. */
  static void signal(String signal, long pid) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stands still, as in a long garbage collection, and goes on. */
  void stall(String component, Duration time) throws InterruptedException {
    signal("STOP", component);
    try {
      Thread.sleep(time.toMillis());
    } finally {
      signal("CONT", component);
    }
  }

  /** Killed, and not started again for so long: the supervisor stands still meanwhile. */
  void takeAway(String component, Duration time) throws InterruptedException {
    signal("STOP", "supervisor");
    try {
      signal("KILL", component);
      Thread.sleep(time.toMillis());
    } finally {
      signal("CONT", "supervisor");
    }
  }

  /** Ends every connection of the services to PostgreSQL; false if it could not be reached. */
  boolean cutConnections() throws IOException {
    PostgresServer server =
        PostgresServer.running(
            stack.data.resolve("postgres"),
            Stack.POSTGRES + stack.offset,
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

  /** Until every service says that it is ready. */
  void awaitReady() {
    await()
        .atMost(Stack.LONG.multipliedBy(2))
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .until(
            () -> {
              for (String service : Stack.SERVICES.keySet()) {
                if (stack.statusWithoutToken(service, "/q/health/ready") != 200) {
                  return false;
                }
              }
              return listens(Stack.KAFKA) && listens(Stack.POSTGRES);
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
