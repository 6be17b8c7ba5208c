package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.ColumnArrays.column;
import static org.p3s.platform.sql.RowValues.timeOrNull;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
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
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.JobEventStore;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** The broker's events in PostgreSQL; the reactive client, because it handles whole batches. */
@ApplicationScoped
class PgJobEventStore implements JobEventStore {

  @Override
  public Uni<List<JobFinished>> storeEnds(Tx tx, List<JobFinished> ends) {
    record Attempt(UUID job, int number) {}
    tx.pipeline(
        lock(tx, JobEventStatements.LOCK_JOBS, column(ends, JobFinished::job, new UUID[0])));
    return tx.sql()
        .preparedQuery(JobEventStatements.STORE_ENDS)
        .execute(endParameters(ends))
        .map(
            rows -> {
              Set<Attempt> stored = new HashSet<>();
              rows.forEach(
                  row -> stored.add(new Attempt(row.getUUID("job"), row.getInteger("attempt"))));
              return ends.stream()
                  .filter(end -> stored.contains(new Attempt(end.job(), end.attempt())))
                  .toList();
            });
  }

  private static Tuple endParameters(List<JobFinished> ends) {
    return Tuple.from(
        List.of(
            column(ends, JobFinished::job, new UUID[0]),
            column(ends, JobFinished::attempt, new Integer[0]),
            column(ends, JobFinished::errcode, new Integer[0]),
            column(ends, JobFinished::signal, new Integer[0]),
            column(ends, JobFinished::reason, new String[0]),
            column(ends, JobFinished::pilot, new UUID[0]),
            column(ends, JobFinished::host, new String[0]),
            column(ends, JobFinished::pid, new Long[0]),
            column(ends, JobFinished::hostWorkdir, new String[0]),
            column(ends, JobFinished::cpuS, new Double[0]),
            column(ends, JobFinished::maxRssKib, new Long[0]),
            column(ends, end -> timeOrNull(end.tsDis()), new OffsetDateTime[0]),
            column(ends, end -> timeOrNull(end.tsSta()), new OffsetDateTime[0]),
            column(ends, end -> timeOrNull(end.tsSto()), new OffsetDateTime[0]),
            column(ends, end -> end.state().json(), new String[0]),
            column(ends, JobFinished::site, new String[0]),
            column(ends, end -> JsonbColumns.array(end.inputs()), new JsonArray[0])));
  }

  @Override
  public Uni<List<Job>> retrySingleJobs(
      Tx tx, List<JobFinished> failed, Set<JobState> retryableEnds) {
    if (failed.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return tx.sql()
        .preparedQuery(JobEventStatements.RETRY_SINGLE_JOBS)
        .execute(
            Tuple.of(
                column(failed, JobFinished::job, new UUID[0]),
                column(failed, JobFinished::attempt, new Integer[0]),
                retryableEnds.stream().map(JobState::text).toArray(String[]::new)))
        .map(rows -> RowValues.list(rows, JobMapper::job));
  }

  /** A file of a workflow, as the pilot found it at an attempt. */
  private record FileOfAttempt(UUID wfuuid, @Nullable String node, int attempt, ObservedFile file) {

    static List<FileOfAttempt> all(
        List<JobFinished> ends, Function<JobFinished, List<ObservedFile>> files) {
      return ends.stream()
          .filter(end -> end.wfuuid() != null)
          // The files of a cancelled or dropped job are no results.
          .filter(end -> !JobState.of(end.state().json()).isUnwanted())
          .flatMap(
              end ->
                  files.apply(end).stream()
                      .map(
                          file ->
                              new FileOfAttempt(
                                  Objects.requireNonNull(end.wfuuid()),
                                  end.node(),
                                  end.attempt(),
                                  file)))
          .toList();
    }

    static List<Object> columns(List<FileOfAttempt> files, Instant now) {
      return List.of(
          column(files, FileOfAttempt::wfuuid, new UUID[0]),
          column(files, f -> f.file().path(), new String[0]),
          column(files, f -> DatasetState.observed(f.file().exists()).text(), new String[0]),
          column(files, f -> f.file().size(), new Long[0]),
          column(files, f -> f.file().checksum(), new String[0]),
          RowValues.time(now));
    }
  }

  @Override
  public Uni<Void> storeFiles(Tx tx, List<JobFinished> ends, Instant now) {
    List<FileOfAttempt> inputs = FileOfAttempt.all(ends, JobFinished::inputs);
    if (!inputs.isEmpty()) {
      tx.pipeline(
          tx.sql()
              .preparedQuery(JobEventStatements.UPDATE_INPUT_FILES)
              .execute(Tuple.from(FileOfAttempt.columns(inputs, now)))
              .replaceWithVoid());
    }
    List<FileOfAttempt> outputs = FileOfAttempt.all(ends, JobFinished::outputs);
    if (outputs.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Object> columns = new ArrayList<>(FileOfAttempt.columns(outputs, now));
    columns.add(column(outputs, FileOfAttempt::node, new String[0]));
    columns.add(column(outputs, FileOfAttempt::attempt, new Integer[0]));
    return tx.sql()
        .preparedQuery(JobEventStatements.UPDATE_OUTPUT_FILES)
        .execute(Tuple.from(columns))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> storeProgress(Tx tx, List<JobProgress> events) {
    UUID[] workflows =
        events.stream()
            .flatMap(event -> Stream.ofNullable(event.wfuuid()))
            .distinct()
            .toArray(UUID[]::new);
    if (workflows.length > 0) {
      tx.pipeline(lock(tx, JobEventStatements.LOCK_WORKFLOWS_SHARED, workflows));
    }
    tx.pipeline(
        lock(tx, JobEventStatements.LOCK_JOBS, column(events, JobProgress::job, new UUID[0])));
    return tx.sql()
        .preparedQuery(JobEventStatements.UPDATE_PROGRESS)
        .execute(
            Tuple.from(
                List.of(
                    column(events, JobProgress::job, new UUID[0]),
                    column(events, event -> state(event).text(), new String[0]),
                    column(events, JobProgress::attempt, new Integer[0]),
                    column(events, JobProgress::lease, new Long[0]),
                    column(events, JobProgress::pilot, new UUID[0]),
                    column(events, JobProgress::host, new String[0]),
                    column(events, JobProgress::pid, new Long[0]),
                    column(events, JobProgress::hostWorkdir, new String[0]),
                    column(events, event -> timeOrNull(event.at()), new OffsetDateTime[0]),
                    column(events, JobProgress::site, new String[0]))))
        .replaceWithVoid();
  }

  private static Uni<Void> lock(Tx tx, String statement, UUID[] rows) {
    return tx.sql()
        .preparedQuery(statement)
        .execute(Tuple.tuple().addValue(rows))
        .replaceWithVoid();
  }

  private static JobState state(JobProgress event) {
    return switch (event.state()) {
      case DISPATCHED -> JobState.DISPATCHED;
      case RUNNING -> JobState.RUNNING;
      case REQUEUED -> JobState.DEFINED;
    };
  }
}
