package org.p3s.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * The same number of jobs that do nothing, on the same PostgreSQL server, by db-scheduler and by
 * JobRunr. They run jobs inside this process, with no HTTP, no pilots and no events.
 */
final class Peers {

  private static final String DATABASE = "p3s_bench_peers";
  private static final int WARMUP_JOBS = 5_000;
  private static final int CONNECTIONS = 20;
  private static final long LONGEST_SECONDS = 200;

  /** A job library. */
  interface Peer extends AutoCloseable {
    String settings();

    /** Stores so many jobs; each says so to the counter when it has run. */
    void enqueue(int jobs) throws SQLException;

    /** Begins to run what is stored. */
    void start();

    @Override
    void close();
  }

  /** Jobs per second: stored beforehand, and stored while they run. */
  private record Speed(double stored, double whole) {}

  private final Stack stack;
  private final PrintStream out;

  Peers(Stack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  void run(Throughput.Result ours) throws IOException, SQLException, InterruptedException {
    int jobs = (int) Math.max(1_000, ours.jobs());
    database();
    Table table =
        new Table()
            .row("", "")
            .row("PEERS", "%d jobs each, same PostgreSQL server: %s", jobs, durability());
    table.row("p3s, full lives over HTTP, events published", "%.0f/s", ours.perSecond());
    try (HikariDataSource source = source();
        Peer peer = new DbSchedulerPeer(source)) {
      add(table, "db-scheduler 16.7.1", peer, measure(peer, DbSchedulerPeer.DONE, jobs), ours);
    }
    try (HikariDataSource source = source();
        Peer peer = new JobRunrPeer(source)) {
      add(table, "JobRunr 8.0.0 (open source)", peer, measure(peer, JobRunrPeer.DONE, jobs), ours);
    }
    table.row(
        "not the same work",
        "peers run a job as a call in their own process: no HTTP, no worker apart, no start report,"
            + " no events");
    table.print(out);
  }

  private static void add(
      Table table, String name, Peer peer, Speed speed, Throughput.Result ours) {
    table
        .row(name, "%s", peer.settings())
        .row("  stored before, then run", "%.0f/s", speed.stored())
        .row("  stored while they run", "%.0f/s", speed.whole())
        .row("  p3s against the latter", "%.2f times", ours.perSecond() / speed.whole());
  }

  private static Speed measure(Peer peer, AtomicLong done, int jobs)
      throws IOException, SQLException, InterruptedException {
    done.set(0);
    peer.enqueue(jobs);
    long start = System.nanoTime();
    peer.start();
    await(done, jobs);
    double stored = jobs / seconds(start);
    done.set(0);
    peer.enqueue(WARMUP_JOBS);
    await(done, WARMUP_JOBS);
    done.set(0);
    start = System.nanoTime();
    peer.enqueue(jobs);
    await(done, jobs);
    return new Speed(stored, jobs / seconds(start));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void await(AtomicLong done, int jobs) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (done.get() < jobs) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "only " + done.get() + " of " + jobs + " jobs ran in " + LONGEST_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void database() throws IOException, SQLException {
    try (Connection connection = connect("postgres");
        Statement sql = connection.createStatement()) {
      sql.execute("DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)");
      sql.execute("CREATE DATABASE " + DATABASE);
    }
  }

  private String durability() throws IOException, SQLException {
    StringBuilder all = new StringBuilder();
    try (Connection connection = connect(DATABASE);
        Statement sql = connection.createStatement()) {
      for (String setting : new String[] {"fsync", "synchronous_commit"}) {
        try (ResultSet rows = sql.executeQuery("SHOW " + setting)) {
          rows.next();
          all.append(all.isEmpty() ? "" : ", ")
              .append(setting)
              .append(' ')
              .append(rows.getString(1));
        }
      }
    }
    return all.toString();
  }

  private Connection connect(String database) throws IOException, SQLException {
    return DriverManager.getConnection(url(database), "postgres", stack.postgresPassword());
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + stack.postgresPort() + "/" + database;
  }

  private HikariDataSource source() throws IOException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(DATABASE) + "?reWriteBatchedInserts=true");
    config.setUsername("postgres");
    config.setPassword(stack.postgresPassword());
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }

  /** Runs one statement. */
  static void execute(DataSource source, String statement) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}
