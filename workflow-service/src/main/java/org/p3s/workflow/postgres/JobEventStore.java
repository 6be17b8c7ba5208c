package org.p3s.workflow.postgres;

import static org.p3s.workflow.postgres.Columns.column;
import static org.p3s.workflow.postgres.Columns.time;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.ObservedFile;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** What pilots did with jobs, as the broker tells it; the reactive client, in sets. */
@ApplicationScoped
public class JobEventStore {

  /** Notes how attempts ended, whatever follows from it; answers with those that are news. */
  public Uni<List<JobFinished>> storeEnds(Tx tx, List<JobFinished> ends) {
    record Attempt(UUID job, int number) {}
    tx.pipeline(lock(tx, WorkflowStatements.LOCK_JOBS, column(ends, JobFinished::job, new UUID[0])));
    return tx.sql()
        .preparedQuery(WorkflowStatements.UPDATE_ENDS)
        .execute(Tuple.from(JobColumns.ofEnds(ends)))
        .map(
            rows -> {
              Set<Attempt> news = new HashSet<>();
              rows.forEach(
                  row -> news.add(new Attempt(row.getUUID("job"), row.getInteger("attempt"))));
              return ends.stream()
                  .filter(end -> news.contains(new Attempt(end.job(), end.attempt())))
                  .toList();
            });
  }

  /** Defines jobs of no workflow again if they have an attempt left; answers with those. */
  public Uni<List<Job>> retry(SqlConnection sql, List<JobFinished> failed) {
    if (failed.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return sql.preparedQuery(WorkflowStatements.RETRY)
        .execute(
            Tuple.of(
                column(failed, JobFinished::job, new UUID[0]),
                column(failed, JobFinished::attempt, new Integer[0])))
        .map(rows -> rows.stream().map(JobColumns::job).toList());
  }

  /** A file as an attempt of a workflow's job saw it. */
  private record Seen(UUID wfuuid, @Nullable String node, int attempt, ObservedFile file) {

    static List<Seen> all(List<JobFinished> ends, Function<JobFinished, List<ObservedFile>> which) {
      return ends.stream()
          .filter(end -> end.wfuuid() != null)
          // What a job left that was not wanted any more is no result.
          .filter(end -> !JobState.of(end.state().json()).isUnwanted())
          .flatMap(
              end ->
                  which.apply(end).stream()
                      .map(
                          file ->
                              new Seen(
                                  Objects.requireNonNull(end.wfuuid()),
                                  end.node(),
                                  end.attempt(),
                                  file)))
          .toList();
    }

    static List<Object> columns(List<Seen> seen, Instant now) {
      return List.of(
          column(seen, Seen::wfuuid, new UUID[0]),
          column(seen, s -> s.file().path(), new String[0]),
          column(seen, s -> s.file().exists() ? "ready" : "missing", new String[0]),
          column(seen, s -> s.file().size(), new Long[0]),
          column(seen, s -> s.file().checksum(), new String[0]),
          now.atOffset(ZoneOffset.UTC));
    }
  }

  /** Files that jobs wrote, or did not, and what they found of those from outside. */
  public Uni<Void> storeFiles(Tx tx, List<JobFinished> ends, Instant now) {
    List<Seen> read = Seen.all(ends, JobFinished::inputs);
    if (!read.isEmpty()) {
      tx.pipeline(
          tx.sql()
              .preparedQuery(WorkflowStatements.UPDATE_INPUTS)
              .execute(Tuple.from(Seen.columns(read, now)))
              .replaceWithVoid());
    }
    List<Seen> written = Seen.all(ends, JobFinished::outputs);
    if (written.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Object> columns = new ArrayList<>(Seen.columns(written, now));
    columns.add(column(written, Seen::node, new String[0]));
    columns.add(column(written, Seen::attempt, new Integer[0]));
    return tx.sql()
        .preparedQuery(WorkflowStatements.UPDATE_DATASETS)
        .execute(Tuple.from(columns))
        .replaceWithVoid();
  }

  /** Dispatched, running, requeued; never after an end, never from an older lease or attempt. */
  public Uni<Void> storeProgress(Tx tx, List<JobProgress> events) {
    UUID[] workflows =
        events.stream()
            .flatMap(event -> Stream.ofNullable(event.wfuuid()))
            .distinct()
            .toArray(UUID[]::new);
    if (workflows.length > 0) {
      tx.pipeline(lock(tx, WorkflowStatements.SHARE_WORKFLOWS, workflows));
    }
    tx.pipeline(lock(tx, WorkflowStatements.LOCK_JOBS, column(events, JobProgress::job, new UUID[0])));
    return tx.sql()
        .preparedQuery(WorkflowStatements.UPDATE_PROGRESS)
        .execute(
            Tuple.from(
                List.of(
                    column(events, JobProgress::job, new UUID[0]),
                    column(events, e -> progressState(e).text(), new String[0]),
                    column(events, JobProgress::attempt, new Integer[0]),
                    column(events, JobProgress::lease, new Long[0]),
                    column(events, JobProgress::pilot, new UUID[0]),
                    column(events, JobProgress::host, new String[0]),
                    column(events, JobProgress::pid, new Long[0]),
                    column(events, JobProgress::hostWorkdir, new String[0]),
                    column(events, e -> time(e.at()), new OffsetDateTime[0]),
                    column(events, JobProgress::site, new String[0]))))
        .replaceWithVoid();
  }

  private static Uni<Void> lock(Tx tx, String statement, UUID[] rows) {
    return tx.sql()
        .preparedQuery(statement)
        .execute(Tuple.tuple().addValue(rows))
        .replaceWithVoid();
  }

  private static JobState progressState(JobProgress event) {
    return switch (event.state()) {
      case DISPATCHED -> JobState.DISPATCHED;
      case RUNNING -> JobState.RUNNING;
      case REQUEUED -> JobState.DEFINED;
    };
  }
}
