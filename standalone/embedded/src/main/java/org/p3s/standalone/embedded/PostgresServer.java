package org.p3s.standalone.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server as a child process, on the loopback address, with password
 * authentication. It is durable (fsync and synchronous_commit are on) and keeps its data in its
 * directory, so that they are there after a restart.
 *
 * <p>PostgreSQL refuses to run as root. If root starts it, it runs in a user namespace in which it
 * is the user nobody ({@code unshare -U}), with the same files.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Path data;
  private final int port;
  private final Path log;
  private @Nullable Process process;

  private PostgresServer(Path data, int port, Path log) {
    this.data = data;
    this.port = port;
    this.log = log;
  }

  /**
   * Initializes the directory if it is new, starts the server and waits until it answers.
   *
   * @param port 0 for any free one
   * @param log file to which the server's messages are appended
   */
  public static PostgresServer start(Path data, int port, Path log)
      throws IOException, InterruptedException {
    PostgresServer server =
        new PostgresServer(data.toAbsolutePath(), port == 0 ? Ports.free() : port, log);
    server.start();
    return server;
  }

  /** Refers to a server that already runs with that directory and port. */
  public static PostgresServer running(Path data, int port, Path log) {
    return new PostgresServer(data.toAbsolutePath(), port, log);
  }

  public int port() {
    return port;
  }

  /** The process id of the server; -1 if it does not run. */
  public long pid() {
    return postmaster().map(ProcessHandle::pid).orElse(-1L);
  }

  /** Starts again on the same directory and port; does nothing if the server runs. */
  public synchronized void start() throws IOException, InterruptedException {
    if (process != null && process.isAlive()) {
      return;
    }
    Path home = PostgresBinaries.directory();
    if (!Files.exists(data.resolve("PG_VERSION"))) {
      initialize(home);
    }
    // The server may still run although the process that started it has ended: stop that one first.
    stopPostmaster("-INT");
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    process = launch(home);
    while (!answers()) {
      if (!process.isAlive()) {
        // After kill -9 the children of the old server hold the shared memory a moment longer.
        process = launch(home);
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("PostgreSQL does not start; see " + log);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Stops with SIGINT (fast shutdown): sessions are ended, committed data are on disk. */
  public synchronized void stop() throws IOException, InterruptedException {
    stopPostmaster("-INT");
    process = null;
  }

  /** Ends the server with SIGKILL, as a power failure would. */
  public synchronized void kill() throws IOException, InterruptedException {
    stopPostmaster("-KILL");
    process = null;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stop();
  }

  /** Connects as the superuser. */
  public Connection connect(String database) throws SQLException, IOException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?connectTimeout=5",
        "postgres",
        Files.readString(passwordFile()).strip());
  }

  /** Starts the server process, which stays in the foreground. */
  private Process launch(Path home) throws IOException {
    List<String> command = new ArrayList<>(withoutRoot());
    command.add(home.resolve("bin/postgres").toString());
    command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "max_connections=120",
            "shared_buffers=128MB",
            // After a checkpoint the first change of each page writes the whole page: fewer
            // checkpoints write less.
            "checkpoint_timeout=15min",
            "max_wal_size=2GB",
            // Dead rows of a queue slow down every query of it until they are vacuumed.
            "autovacuum_naptime=5s",
            "jit=off",
            "log_min_messages=warning")) {
      command.addAll(List.of("-c", setting));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private void initialize(Path home) throws IOException, InterruptedException {
    Files.createDirectories(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path password = passwordFile();
    Secrets.write(password, Secrets.randomText());
    List<String> command = new ArrayList<>(withoutRoot());
    command.addAll(
        List.of(
            home.resolve("bin/initdb").toString(),
            "-D",
            data.toString(),
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            "--pwfile=" + password));
    Process initdb =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (initdb.waitFor() != 0) {
      throw new IOException("PostgreSQL can't initialize its directory " + data + "; see " + log);
    }
  }

  private Path passwordFile() {
    return data.resolveSibling(data.getFileName() + ".password");
  }

  private static List<String> withoutRoot() {
    return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
  }

  private boolean answers() throws IOException {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  private void stopPostmaster(String signal) throws IOException, InterruptedException {
    Optional<ProcessHandle> running = postmaster();
    if (running.isEmpty()) {
      return;
    }
    new ProcessBuilder("kill", signal, Long.toString(running.get().pid())).start().waitFor();
    try {
      running.get().onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new IOException("PostgreSQL " + running.get().pid() + " does not stop", e);
    }
  }

  /** The running server of this directory, whichever process started it. */
  private Optional<ProcessHandle> postmaster() {
    Path file = data.resolve("postmaster.pid");
    try {
      long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
      // Another process may have got the id of a server that ended.
      return ProcessHandle.of(pid).filter(p -> isServerOfDirectory(p.pid()));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }
  }

  private boolean isServerOfDirectory(long pid) {
    try {
      String command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      return command.contains("postgres") && command.contains(data.toString());
    } catch (IOException e) {
      return false;
    }
  }
}
