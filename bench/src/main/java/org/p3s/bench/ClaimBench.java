package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * {@code p3s bench claim}: the time of the broker's claim statement for 200 slot requests, with few
 * and with many jobs in the queue. It runs in a schema of its own, which is made from the
 * migrations. After each claim, and outside the measured time, the claimed jobs are removed and as
 * many are queued, so that the queue keeps its length and its pages age as in a real system. Job
 * ids are ordered by time, as those of real jobs are.
 */
final class ClaimBench {

  private static final List<String> FOLDERS =
      List.of(
          "platform/src/main/resources/db/platform",
          "broker-service/src/main/resources/db/migration");
  private static final String SCHEMA = "bench_claim";
  private static final int REQUESTS = 200;
  private static final int WARMUP = 100;
  private static final String LANE = "00000000-0000-0000-0000-000000000001";

  private static final String ADD_JOBS =
      """
      INSERT INTO job (uuid, lane, state, name, jobtype, payload, env, priority, timelimit, attempt,
        maxattempts, requirements, outputs, optional, ts_def)
      SELECT uuidv7(), '%s', 'defined', 'bench', 'bench', '/bin/true', '{}', i %% 5, 1000,
        1, 1, '{}', '[]', false, now() + i * interval '1 microsecond'
      FROM generate_series(1, %d) i
      """;

  static final String CLAIM =
      """
      SELECT * FROM claim_jobs(pilots => ?::uuid[], slots => ?::int[], requests => ?::uuid[],
        lives => array_fill(NULL::timestamptz, ARRAY[%1$d]), class_from => '{1}'::int[],
        class_to => ARRAY[%1$d], class_site => '{local}'::text[],
        class_labels => ARRAY['{}'::jsonb], p_share => 'none', p_now => now(),
        p_confirm_by => now() + interval '5 seconds')
      """
          .formatted(REQUESTS);

  private final RunningStack stack;
  private final Path home;
  private final PrintStream out;

  ClaimBench(RunningStack stack, Path home, PrintStream out) {
    this.stack = stack;
    this.home = home;
    this.out = out;
  }

  void run(int claims) throws IOException, SQLException {
    ResultTable table =
        new ResultTable()
            .row("CLAIM", "one statement for %d slot requests, %d claims", REQUESTS, claims);
    LatencyFigures few = measure(1_000, claims);
    LatencyFigures many = measure(1_000_000, claims);
    table
        .row("1,000 jobs waiting", "%s", few)
        .row("1,000,000 jobs waiting", "%s", many)
        .row(
            "ratio",
            "p50 %.2f, p99 %.2f",
            many.percentile(0.5) / few.percentile(0.5),
            many.percentile(0.99) / few.percentile(0.99))
        .print(out);
  }

  private LatencyFigures measure(int waiting, int claims) throws IOException, SQLException {
    try (Connection connection = connect();
        Statement sql = connection.createStatement()) {
      createSchema(sql);
      sql.execute(
          "INSERT INTO lane (id, jobtype, requirements, timelimit) VALUES ('"
              + LANE
              + "', 'bench', '{}', 1000)");
      sql.execute(ADD_JOBS.formatted(LANE, waiting));
      sql.execute("VACUUM ANALYZE job");
      sql.execute("CHECKPOINT");
      long[] nanos = new long[claims];
      try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
        for (int i = 0; i < WARMUP + claims; i++) {
          long taken = measureClaim(connection, claim);
          if (i >= WARMUP) {
            nanos[i - WARMUP] = taken;
          }
          sql.execute("DELETE FROM job WHERE state = 'dispatched'");
          sql.execute(ADD_JOBS.formatted(LANE, REQUESTS));
        }
      }
      sql.execute("DROP SCHEMA " + SCHEMA + " CASCADE");
      return LatencyFigures.ofNanos(nanos);
    }
  }

  private static long measureClaim(Connection connection, PreparedStatement claim)
      throws SQLException {
    UUID[] pilots = new UUID[REQUESTS];
    UUID[] requests = new UUID[REQUESTS];
    Integer[] slots = new Integer[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      pilots[i] = UUID.randomUUID();
      requests[i] = UUID.randomUUID();
      slots[i] = 0;
    }
    claim.setArray(1, connection.createArrayOf("uuid", pilots));
    claim.setArray(2, connection.createArrayOf("int4", slots));
    claim.setArray(3, connection.createArrayOf("uuid", requests));
    int given = 0;
    long start = System.nanoTime();
    try (ResultSet rows = claim.executeQuery()) {
      while (rows.next()) {
        given++;
      }
    }
    long taken = System.nanoTime() - start;
    if (given != REQUESTS) {
      throw new SQLException("a claim gave " + given + " jobs for " + REQUESTS + " slot requests");
    }
    return taken;
  }

  private void createSchema(Statement sql) throws IOException, SQLException {
    sql.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
    sql.execute("CREATE SCHEMA " + SCHEMA);
    sql.execute("SET search_path = " + SCHEMA);
    for (Path file : migrations(home)) {
      sql.execute(Files.readString(file));
    }
  }

  /**
   * The migrations of the broker in the order in which Flyway runs them: those of the platform, the
   * versioned ones by number, then the repeatable ones.
   */
  static List<Path> migrations(Path home) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> found = Files.list(home.resolve(folder))) {
        found.filter(file -> file.toString().endsWith(".sql")).forEach(files::add);
      }
    }
    files.sort(
        Comparator.comparing((Path file) -> name(file).startsWith("R__"))
            .thenComparing(ClaimBench::name));
    return files;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + stack.postgresPort() + "/p3s",
        "postgres",
        stack.postgresPassword());
  }
}
