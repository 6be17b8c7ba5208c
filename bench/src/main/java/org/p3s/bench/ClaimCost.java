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
 * The broker's claim statement for 200 seats, with few and with many jobs waiting, in a schema of
 * its own made from the broker's migrations. After each claim, uncounted, what was claimed ends and
 * as many jobs are queued, so that the queue keeps its length and ages as a real one does. Ids
 * follow the time, as those of real jobs do.
 */
final class ClaimCost {

  private static final String SCHEMA = "bench_claim";
  private static final int SEATS = 200;
  private static final int WARMUP = 100;
  private static final String LANE = "00000000-0000-0000-0000-000000000001";

  private static final String FILL =
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
          .formatted(SEATS);

  private final Stack stack;
  private final Path migrations;
  private final PrintStream out;

  ClaimCost(Stack stack, Path home, PrintStream out) {
    this.stack = stack;
    this.migrations = home.resolve("broker-service/src/main/resources/db/migration");
    this.out = out;
  }

  void run(int claims) throws IOException, SQLException {
    Table table = new Table().row("CLAIM", "one statement for %d seats, %d claims", SEATS, claims);
    Figures few = measure(1_000, claims);
    Figures many = measure(1_000_000, claims);
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

  private Figures measure(int waiting, int claims) throws IOException, SQLException {
    try (Connection connection = connect();
        Statement sql = connection.createStatement()) {
      schema(sql);
      sql.execute(
          "INSERT INTO lane (id, jobtype, requirements, timelimit) VALUES ('"
              + LANE
              + "', 'bench', '{}', 1000)");
      sql.execute(FILL.formatted(LANE, waiting));
      sql.execute("VACUUM ANALYZE job");
      sql.execute("CHECKPOINT");
      long[] nanos = new long[claims];
      try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
        for (int i = 0; i < WARMUP + claims; i++) {
          long taken = claim(connection, claim);
          if (i >= WARMUP) {
            nanos[i - WARMUP] = taken;
          }
          sql.execute("DELETE FROM job WHERE state = 'dispatched'");
          sql.execute(FILL.formatted(LANE, SEATS));
        }
      }
      sql.execute("DROP SCHEMA " + SCHEMA + " CASCADE");
      return Figures.ofNanos(nanos);
    }
  }

  private static long claim(Connection connection, PreparedStatement claim) throws SQLException {
    UUID[] pilots = new UUID[SEATS];
    UUID[] requests = new UUID[SEATS];
    Integer[] slots = new Integer[SEATS];
    for (int i = 0; i < SEATS; i++) {
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
    if (given != SEATS) {
      throw new SQLException("a claim gave " + given + " jobs to " + SEATS + " seats");
    }
    return taken;
  }

  private void schema(Statement sql) throws IOException, SQLException {
    sql.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
    sql.execute("CREATE SCHEMA " + SCHEMA);
    sql.execute("SET search_path = " + SCHEMA);
    for (Path file : inOrder()) {
      sql.execute(Files.readString(file));
    }
  }

  /** As Flyway runs them: the versions, then what is repeatable. */
  private List<Path> inOrder() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(migrations)) {
      found.filter(file -> file.toString().endsWith(".sql")).forEach(files::add);
    }
    files.sort(
        Comparator.comparing((Path file) -> file.getFileName().toString().startsWith("R"))
            .thenComparing(Path::getFileName));
    return files;
  }

  private Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + stack.postgresPort() + "/p3s",
        "postgres",
        stack.postgresPassword());
  }
}
