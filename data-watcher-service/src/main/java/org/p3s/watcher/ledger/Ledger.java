package org.p3s.watcher.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.ProblemException;
import org.p3s.watcher.domain.Watch;

/**
 * The ledger of data: what was seen, what became of it. Its rows and the events that tell of them
 * are one transaction, so a restart neither loses a file nor takes it twice. The reactive client,
 * not Hibernate: everything here goes in sets.
 */
@ApplicationScoped
public class Ledger {

  /** A file that is done and is still to be moved or deleted. */
  public record Todo(UUID uuid, String path, String what) {}

  private static final String UNKNOWN =
      """
      SELECT u.path FROM unnest($2::text[]) AS u(path)
      LEFT JOIN file f ON f.watch = $1 AND f.path = u.path
      WHERE f.path IS NULL OR f.state = 'seen'
      """;

  private static final String TAKE =
      """
      INSERT INTO file (uuid, watch, path, dirpath, name, size, mtime, state, reason, run, subrun,
                        ts_seen, ts_whole, dags)
      SELECT a.uuid, $1, a.path, a.dirpath, a.name, a.size, a.mtime, a.state, a.reason, a.run,
             a.subrun, a.seen, a.whole, $13
      FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                  $7::timestamptz[], $8::text[], $9::text[], $10::bigint[], $11::bigint[],
                  $12::timestamptz[], $14::timestamptz[])
        AS a(uuid, path, dirpath, name, size, mtime, state, reason, run, subrun, seen, whole)
      ON CONFLICT (watch, path) DO UPDATE
        SET size = excluded.size, mtime = excluded.mtime, state = excluded.state,
            reason = excluded.reason, ts_whole = excluded.ts_whole, dags = excluded.dags
        WHERE file.state = 'seen'
      RETURNING *
      """;

  private static final String WORKFLOWS =
      """
      INSERT INTO file_workflow (file, dag, wfuuid, state)
      SELECT DISTINCT ON (file, wfuuid) file, dag, wfuuid, state
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) AS w(file, dag, wfuuid, state)
      ORDER BY file, wfuuid, (state = 'running')
      ON CONFLICT (file, wfuuid) DO UPDATE SET state = excluded.state
        WHERE file_workflow.state = 'running'
      """;

  // A template has done its part when one of its workflows finished, the first or a rerun. That
  // asks for no order of events, and a rerun that fails takes nothing back: the file of a template
  // that did its part may have been moved since.
  private static final String DONE =
      """
      UPDATE file f
      SET state = CASE WHEN w.good >= cardinality(f.dags) THEN 'processed' ELSE 'failed' END,
          ts_done = $2,
          todo = CASE WHEN w.good >= cardinality(f.dags) THEN
                   nullif((SELECT definition ->> 'after' FROM watch WHERE name = f.watch), 'keep')
                 END
      FROM (SELECT file, count(DISTINCT dag) AS ended,
                   count(DISTINCT dag) FILTER (WHERE state = 'finished') AS good
            FROM file_workflow WHERE file = ANY($1::uuid[]) AND state <> 'running'
            GROUP BY file) w
      WHERE f.uuid = w.file
        AND (f.state = 'arrived' AND w.ended >= cardinality(f.dags)
          OR f.state = 'failed' AND w.good >= cardinality(f.dags))
      RETURNING f.state
      """;

  private static final String LIST =
      """
      SELECT f.*, ARRAY(SELECT wfuuid FROM file_workflow w WHERE w.file = f.uuid ORDER BY wfuuid)
               AS workflows
      FROM file f
      WHERE ($1::text IS NULL OR watch = $1) AND ($2::text IS NULL OR state = $2)
        AND ($3::uuid IS NULL OR uuid < $3) AND ($4::uuid IS NULL OR uuid = $4)
      ORDER BY uuid DESC LIMIT $5
      """;

  private final Pool pool;
  private final Outbox outbox;
  private final InstantSource clock;
  private final MeterRegistry metrics;

  Ledger(Pool pool, Outbox outbox, InstantSource clock, MeterRegistry metrics) {
    this.pool = pool;
    this.outbox = outbox;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Of these paths, those that are not decided yet. */
  public Uni<Set<String>> undecided(String watch, Collection<String> paths) {
    return pool.preparedQuery(UNKNOWN)
        .execute(Tuple.of(watch, paths.toArray(String[]::new)))
        .map(
            rows -> {
              Set<String> unknown = new HashSet<>();
              rows.forEach(row -> unknown.add(row.getString("path")));
              return unknown;
            });
  }

  /** Writes what was decided, and tells of each file that arrived. */
  public Uni<Void> take(Watch watch, List<Arrival> files) {
    return outbox.transact(
        tx ->
            tx.sql()
                .preparedQuery(TAKE)
                .execute(Tuple.from(columns(watch, files)))
                .invoke(
                    rows -> {
                      for (Row row : rows) {
                        String state = row.getString("state");
                        metrics.counter("p3s.files", "state", state).increment();
                        if (state.equals("arrived")) {
                          tx.emit(event(watch, row));
                        }
                      }
                    })
                .replaceWithVoid());
  }

  private static List<Object> columns(Watch watch, List<Arrival> files) {
    return List.of(
        watch.name(),
        column(files, Arrival::uuid, new UUID[0]),
        column(files, Arrival::path, new String[0]),
        column(files, Arrival::dirpath, new String[0]),
        column(files, Arrival::name, new String[0]),
        column(files, Arrival::size, new Long[0]),
        column(files, f -> time(f.mtime()), new OffsetDateTime[0]),
        column(files, Arrival::state, new String[0]),
        column(files, Arrival::reason, new String[0]),
        column(files, Arrival::run, new Long[0]),
        column(files, Arrival::subrun, new Long[0]),
        column(files, f -> time(f.seen()), new OffsetDateTime[0]),
        watch.dags().toArray(String[]::new),
        column(files, f -> time(f.whole()), new OffsetDateTime[0]));
  }

  private static FileArrived event(Watch watch, Row row) {
    return new FileArrived(
        row.getUUID("uuid"),
        watch.name(),
        row.getString("path"),
        row.getString("dirpath"),
        row.getString("name"),
        row.getLong("size"),
        row.getOffsetDateTime("mtime").toInstant(),
        row.getLong("run"),
        row.getLong("subrun"),
        watch.dags(),
        watch.placeholder(),
        watch.priority(),
        watch.staleafter(),
        watch.user(),
        row.getOffsetDateTime("ts_seen").toInstant(),
        row.getOffsetDateTime("ts_whole").toInstant());
  }

  /**
   * Workflows began or ended; files whose templates all have a workflow that ended are processed,
   * or failed until a rerun mends them.
   */
  public Uni<Void> workflows(List<Event> events) {
    record Seen(UUID file, String dag, UUID wfuuid, String state) {}
    List<Seen> seen =
        events.stream()
            .map(
                event -> {
                  if (event instanceof WorkflowDefined w && w.file() != null) {
                    return new Seen(w.file(), w.dag(), w.wfuuid(), "running");
                  }
                  if (event instanceof WorkflowFinished w && w.file() != null) {
                    return new Seen(
                        w.file(),
                        w.dag(),
                        w.wfuuid(),
                        w.state().name().toLowerCase(java.util.Locale.ROOT));
                  }
                  return null;
                })
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .toList();
    if (seen.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    UUID[] files = column(seen, Seen::file, new UUID[0]);
    Tuple rows =
        Tuple.of(
            files,
            column(seen, Seen::dag, new String[0]),
            column(seen, Seen::wfuuid, new UUID[0]),
            column(seen, Seen::state, new String[0]));
    return outbox
        .transact(
            tx ->
                tx.sql()
                    .preparedQuery(WORKFLOWS)
                    .execute(rows)
                    .chain(
                        () ->
                            tx.sql()
                                .preparedQuery(DONE)
                                .execute(Tuple.of(files, time(clock.instant())))))
        .invoke(
            done ->
                done.forEach(
                    row ->
                        metrics.counter("p3s.files", "state", row.getString("state")).increment()))
        .replaceWithVoid();
  }

  /** Files of the watch that are under way. */
  public Uni<Long> underWay(String watch) {
    return pool.preparedQuery("SELECT count(*) FROM file WHERE watch = $1 AND state = 'arrived'")
        .execute(Tuple.of(watch))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Files that are done and still lie where they lay. */
  public Uni<List<Todo>> todo(String watch) {
    return pool.preparedQuery(
            "SELECT uuid, path, todo FROM file WHERE watch = $1 AND todo IS NOT NULL LIMIT 1000")
        .execute(Tuple.of(watch))
        .map(
            rows ->
                rows.stream()
                    .map(r -> new Todo(r.getUUID("uuid"), r.getString("path"), r.getString("todo")))
                    .toList());
  }

  /** Moved or deleted; by uuid what is worth noting of it. */
  public Uni<Void> settled(Map<UUID, String> notes) {
    if (notes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<UUID> files = List.copyOf(notes.keySet());
    return pool.preparedQuery(
            """
            UPDATE file f SET todo = NULL, reason = u.note
            FROM unnest($1::uuid[], $2::text[]) AS u(uuid, note) WHERE f.uuid = u.uuid
            """)
        .execute(Tuple.of(files.toArray(UUID[]::new), column(files, notes::get, new String[0])))
        .replaceWithVoid();
  }

  /** Newest first; null does not filter. */
  public Uni<List<FileView>> list(
      @Nullable String watch, @Nullable String state, @Nullable UUID after, int limit) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(watch, state, after, null, limit))
        .map(rows -> rows.stream().map(FileView::of).toList());
  }

  public Uni<FileView> get(UUID uuid) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(null, null, null, uuid, 1))
        .map(
            rows ->
                rows.stream()
                    .map(FileView::of)
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("file", uuid)));
  }

  /** Lines by state. */
  public Uni<Map<String, Long>> count() {
    return pool.query("SELECT state, count(*) AS n FROM file GROUP BY state")
        .execute()
        .map(
            rows ->
                rows.stream()
                    .collect(Collectors.toMap(r -> r.getString("state"), r -> r.getLong("n"))));
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static <T, V> @Nullable V[] column(
      List<T> rows, Function<T, @Nullable V> value, @Nullable V[] type) {
    @Nullable V[] values = java.util.Arrays.copyOf(type, rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    return values;
  }
}
