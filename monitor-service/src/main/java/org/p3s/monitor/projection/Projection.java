package org.p3s.monitor.projection;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.ServiceRecord;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;

/**
 * Folds events into tables: one transaction per batch, one statement per event type. Repeats and
 * events of different topics in any order give the same rows.
 */
@ApplicationScoped
class Projection {

  private final Pool pool;
  private final Changes changes;

  Projection(Pool pool, Changes changes) {
    this.pool = pool;
    this.changes = changes;
  }

  Uni<Void> fold(List<Event> events) {
    return pool.withTransaction(sql -> jobs(sql, events).chain(() -> others(sql, events)))
        .invoke(() -> changes.happened(events));
  }

  private Uni<Void> jobs(SqlConnection sql, List<Event> events) {
    List<JobFinished> finished =
        Rows.one(
            only(events, JobFinished.class),
            JobFinished::job,
            (a, b) -> b.attempt() > a.attempt() ? b : a);
    return upsert(sql, Statements.JOB_AGAIN, events.stream().filter(Projection::isRetry).toList())
        .chain(() -> upsert(sql, Statements.JOB_DEFINED, only(events, JobDefined.class)))
        .chain(
            () ->
                upsert(
                    sql,
                    Statements.JOB_ADJUSTED,
                    Rows.one(only(events, JobAdjusted.class), JobAdjusted::job, (a, b) -> b)))
        .chain(
            () ->
                // Sorted by job: two batches that meet the same rows meet them in one order.
                upsert(
                    sql,
                    Statements.JOB_PROGRESS,
                    unfinished(latest(only(events, JobProgress.class)), finished)))
        .chain(() -> upsert(sql, Statements.JOB_FINISHED, finished));
  }

  private static boolean isRetry(Event event) {
    return event instanceof JobDefined defined && defined.attempt() > 1
        || event instanceof JobProgress progress && progress.attempt() > 1
        || event instanceof JobFinished finished && finished.attempt() > 1;
  }

  /** The end of an attempt says all that its progress said: no need to write that first. */
  private static List<JobProgress> unfinished(
      List<JobProgress> progress, List<JobFinished> finished) {
    Map<UUID, Integer> ended = new HashMap<>();
    finished.forEach(end -> ended.put(end.job(), end.attempt()));
    return progress.stream()
        .filter(event -> event.attempt() > ended.getOrDefault(event.job(), 0))
        .toList();
  }

  static List<JobProgress> latest(List<JobProgress> events) {
    Comparator<JobProgress> order =
        Comparator.comparingInt(JobProgress::attempt)
            .thenComparingLong(JobProgress::lease)
            .thenComparing(JobProgress::state);
    return Rows.one(events, JobProgress::job, (a, b) -> order.compare(b, a) >= 0 ? b : a);
  }

  private Uni<Void> others(SqlConnection sql, List<Event> events) {
    return upsert(
            sql,
            Statements.FILE_ARRIVED,
            Rows.one(only(events, FileArrived.class), FileArrived::file, (a, b) -> a))
        .chain(
            () ->
                upsert(
                    sql,
                    Statements.WORKFLOW_DEFINED,
                    Rows.one(
                        only(events, WorkflowDefined.class),
                        WorkflowDefined::wfuuid,
                        (a, b) -> a.state() == WorkflowDefined.State.RUNNING ? a : b)))
        .chain(
            () ->
                upsert(
                    sql,
                    Statements.WORKFLOW_FINISHED,
                    Rows.one(
                        only(events, WorkflowFinished.class),
                        WorkflowFinished::wfuuid,
                        (a, b) -> a)))
        .chain(() -> filesDone(sql, events))
        .chain(
            () ->
                upsert(
                    sql,
                    Statements.PILOT,
                    Rows.one(
                        only(events, PilotHeartbeat.class),
                        PilotHeartbeat::pilot,
                        (a, b) -> a.kind() == PilotHeartbeat.Kind.END ? a : b)))
        .chain(
            () ->
                upsert(
                    sql,
                    Statements.SERVICE_RECORD,
                    Rows.one(only(events, ServiceRecord.class), ServiceRecord::id, (a, b) -> a)))
        .chain(
            () ->
                upsert(
                    sql,
                    Statements.DQM_RESULT,
                    Rows.one(only(events, DqmResult.class), DqmResult::id, (a, b) -> a)));
  }

  private static Uni<Void> filesDone(SqlConnection sql, List<Event> events) {
    UUID[] files =
        Stream.concat(
                only(events, FileArrived.class).stream().map(FileArrived::file),
                only(events, WorkflowFinished.class).stream().map(WorkflowFinished::file))
            .filter(Objects::nonNull)
            .toArray(UUID[]::new);
    return files.length == 0
        ? Uni.createFrom().voidItem()
        : sql.preparedQuery(Statements.FILES_DONE).execute(Tuple.of(files)).replaceWithVoid();
  }

  private static Uni<Void> upsert(
      SqlConnection sql, String statement, List<? extends Event> events) {
    return events.isEmpty()
        ? Uni.createFrom().voidItem()
        // The text is cast in the statement: a JSON string as parameter would be a JSON text.
        : sql.preparedQuery(statement.replace("$1::jsonb", "$1::text::jsonb"))
            .execute(Tuple.of(Rows.json(events)))
            .replaceWithVoid();
  }

  private static <E extends Event> List<E> only(List<Event> events, Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
