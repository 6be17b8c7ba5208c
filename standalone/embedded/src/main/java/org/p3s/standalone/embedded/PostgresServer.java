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
 * A real PostgreSQL server as a child process, durable (fsync and synchronous_commit on), on the
 * loopback address with password authentication. The directory survives restarts.
 *
 * <p>PostgreSQL refuses to run as root; started by root it runs in a user namespace in which it is
 * nobody ({@code unshare -U}), with the same files.
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
   * Makes the cluster if the directory is new, starts the server and waits until it answers.
   *
   * @param port 0 for any free one
   * @param log where the server's messages go
   */
  public static PostgresServer start(Path data, int port, Path log)
      throws IOException, InterruptedException {
    PostgresServer server =
        new PostgresServer(data.toAbsolutePath(), port == 0 ? Ports.free() : port, log);
    server.start();
    return server;
  }

  /** A server that already runs on that directory and port. */
  public static PostgresServer running(Path data, int port, Path log) {
    return new PostgresServer(data.toAbsolutePath(), port, log);
  }

  public int port() {
    return port;
  }

  /** The server's process id. */
  public long pid() {
    return postmaster().map(ProcessHandle::pid).orElse(-1L);
  }

  /** Starts again on the same directory and port; does nothing if the server runs. */
  public synchronized void start() throws IOException, InterruptedException {
    if (process != null && process.isAlive()) {
      return;
    }
    Path home = Binaries.unpacked();
    if (!Files.exists(data.resolve("PG_VERSION"))) {
      initialize(home);
    }
    // A server that outlived the one who started it: stopped on purpose, then started as ours.
    stopPostmaster("-INT");
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    process = launch(home);
    while (!answers()) {
      if (!process.isAlive()) {
        // After kill -9 its children hold the shared memory for a moment longer.
        process = launch(home);
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("PostgreSQL does not start; see " + log);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Stops as an administrator does: sessions are ended, what was committed is on disk. */
  public synchronized void stop() throws IOException, InterruptedException {
    stopPostmaster("-INT");
    process = null;
  }

  /** Ends the server as a power cut does. */
  public synchronized void kill() throws IOException, InterruptedException {
    stopPostmaster("-KILL");
    process = null;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stop();
  }

  /** A connection of the superuser. */
  public Connection connect(String database) throws SQLException, IOException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?connectTimeout=5",
        "postgres",
        Files.readString(passwordFile()).strip());
  }

  /** The command that runs the server in the foreground. */
  private Process launch(Path home) throws IOException {
    List<String> command = new ArrayList<>(asNobody());
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
            // Checkpoints write each page that is touched next in full: the fewer, the less is
            // written.
            "checkpoint_timeout=15min",
            "max_wal_size=2GB",
            // What has gone from a queue lies in the way of every look at it until it is cleared.
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
    Secrets.write(password, Secrets.random());
    List<String> command = new ArrayList<>(asNobody());
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
      throw new IOException("PostgreSQL can't make its directory " + data + "; see " + log);
    }
  }

  private Path passwordFile() {
    return data.resolveSibling(data.getFileName() + ".password");
  }

  private static List<String> asNobody() {
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

  /**
   * The server of this directory, whoever started it; a process that only has its number is not.
   */
  private Optional<ProcessHandle> postmaster() {
    Path file = data.resolve("postmaster.pid");
    try {
      long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
      return ProcessHandle.of(pid).filter(p -> isOurs(p.pid()));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }
  }

  private boolean isOurs(long pid) {
    try {
      String command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      return command.contains("postgres") && command.contains(data.toString());
    } catch (IOException e) {
      return false;
    }
  }
}
