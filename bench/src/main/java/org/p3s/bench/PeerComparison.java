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
 * {@code p3s bench broker --peers}: db-scheduler and JobRunr run as many jobs that do nothing, on
 * the same PostgreSQL server. They run the jobs inside this process, without HTTP, pilots and
 * events.
 */
final class PeerComparison {

  private static final String DATABASE = "p3s_bench_peers";
  private static final int WARMUP_JOBS = 5_000;
  private static final int CONNECTIONS = 20;
  private static final long LONGEST_SECONDS = 200;

  /** A library that runs jobs from a database. */
  interface Peer extends AutoCloseable {
    /** The settings that matter for its speed, for the printed table. */
    String settings();

    /** Stores so many jobs; each increments the counter of its library when it runs. */
    void enqueue(int jobs) throws SQLException;

    /** Begins to run the stored jobs. */
    void start();

    @Override
    void close();
  }

  /**
   * Jobs per second.
   *
   * @param storedBefore all jobs were stored before the first ran
   * @param storedMeanwhile jobs are stored while others run
   */
  private record Speed(double storedBefore, double storedMeanwhile) {}

  private final RunningStack stack;
  private final PrintStream out;

  PeerComparison(RunningStack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  void run(ThroughputLoad.Result p3s) throws IOException, SQLException, InterruptedException {
    int jobs = (int) Math.max(1_000, p3s.jobs());
    createDatabase();
    ResultTable table =
        new ResultTable()
            .row("", "")
            .row("PEERS", "%d jobs each, same PostgreSQL server: %s", jobs, durability());
    table.row("p3s, full lives over HTTP, events published", "%.0f/s", p3s.perSecond());
    try (HikariDataSource source = source();
        Peer peer = new DbSchedulerPeer(source)) {
      add(table, "db-scheduler 16.7.1", peer, measure(peer, DbSchedulerPeer.DONE, jobs), p3s);
    }
    try (HikariDataSource source = source();
        Peer peer = new JobRunrPeer(source)) {
      add(table, "JobRunr 8.0.0 (open source)", peer, measure(peer, JobRunrPeer.DONE, jobs), p3s);
    }
    table.row(
        "not the same work",
        "peers run a job as a call in their own process: no HTTP, no worker apart, no start report,"
            + " no events");
    table.print(out);
  }

  private static void add(
      ResultTable table, String name, Peer peer, Speed speed, ThroughputLoad.Result p3s) {
    table
        .row(name, "%s", peer.settings())
        .row("  stored before, then run", "%.0f/s", speed.storedBefore())
        .row("  stored while they run", "%.0f/s", speed.storedMeanwhile())
        .row("  p3s against the latter", "%.2f times", p3s.perSecond() / speed.storedMeanwhile());
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

  private void createDatabase() throws IOException, SQLException {
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
