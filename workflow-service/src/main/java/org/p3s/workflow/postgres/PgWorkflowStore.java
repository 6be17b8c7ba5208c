package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.ColumnArrays.column;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.LockedWorkflow;
import org.p3s.workflow.app.WorkflowStore;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.TrackedJob;

/**
 * Workflows in PostgreSQL. The reactive client, not Hibernate, because these are set operations on
 * the path of every file: one statement per table and batch.
 */
@ApplicationScoped
class PgWorkflowStore implements WorkflowStore {

  private final Pool pool;

  PgWorkflowStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Set<UUID>> insertWorkflows(Tx tx, List<InitialState> workflows) {
    return tx.sql()
        .preparedQuery(WorkflowStatements.INSERT_WORKFLOWS)
        .execute(
            Tuple.from(
                List.of(
                    column(workflows, w -> w.plan().uuid(), new UUID[0]),
                    column(workflows, w -> w.plan().name(), new String[0]),
                    column(workflows, w -> w.plan().dag(), new String[0]),
                    column(workflows, w -> w.plan().dagVersion(), new Integer[0]),
                    column(workflows, w -> w.plan().request().user(), new String[0]),
                    column(workflows, w -> w.jobs().size(), new Integer[0]),
                    column(workflows, w -> w.plan().file(), new UUID[0]),
                    column(workflows, w -> w.plan().watch(), new String[0]),
                    column(workflows, w -> w.plan().path(), new String[0]),
                    column(workflows, w -> RowValues.time(w.plan().tsDef()), new OffsetDateTime[0]),
                    column(workflows, w -> w.state().text(), new String[0]),
                    column(workflows, InitialState::done, new Integer[0]),
                    column(workflows, w -> w.plan().rerunOf(), new UUID[0]),
                    column(workflows, w -> RequestJson.write(w.plan().request()), new String[0]))))
        .map(
            rows -> {
              Set<UUID> inserted = new HashSet<>();
              rows.forEach(row -> inserted.add(row.getUUID("uuid")));
              return inserted;
            });
  }

  @Override
  public Uni<Void> insertJobs(Tx tx, List<Job> jobs) {
    return tx.sql()
        .preparedQuery(WorkflowStatements.INSERT_JOBS)
        .execute(JobMapper.insertParameters(jobs))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> insertDatasets(Tx tx, List<Dataset> datasets, Instant now) {
    if (datasets.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.sql()
        .preparedQuery(WorkflowStatements.INSERT_DATASETS)
        .execute(
            Tuple.from(
                List.of(
                    column(datasets, Dataset::uuid, new UUID[0]),
                    column(datasets, Dataset::wfuuid, new UUID[0]),
                    JobMapper.positions(datasets),
                    column(datasets, Dataset::name, new String[0]),
                    column(datasets, Dataset::dirpath, new String[0]),
                    column(datasets, Dataset::path, new String[0]),
                    column(datasets, Dataset::datatype, new String[0]),
                    column(datasets, Dataset::datatag, new String[0]),
                    column(datasets, Dataset::comment, new String[0]),
                    column(datasets, Dataset::source, new String[0]),
                    column(datasets, Dataset::target, new String[0]),
                    column(datasets, d -> d.state().text(), new String[0]),
                    column(datasets, Dataset::size, new Long[0]),
                    RowValues.time(now),
                    column(datasets, Dataset::checksum, new String[0]))))
        .replaceWithVoid();
  }

  @Override
  public Uni<Map<UUID, LockedWorkflow>> lock(Tx tx, Collection<UUID> workflows) {
    if (workflows.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    UUID[] uuids = workflows.toArray(UUID[]::new);
    SqlConnection sql = tx.sql();
    // Both are sent at once; the second runs after the first and reads what the locks protect.
    return Uni.combine()
        .all()
        .unis(
            sql.preparedQuery(WorkflowStatements.LOCK_WORKFLOWS).execute(Tuple.of(uuids)),
            sql.preparedQuery(WorkflowStatements.READ_TRACKED_JOBS).execute(Tuple.of(uuids)))
        .asTuple()
        .map(both -> LockedWorkflowMapper.workflows(both.getItem1(), both.getItem2()));
  }

  @Override
  public Uni<Void> storeProgress(Tx tx, Collection<LockedWorkflow> workflows, Instant now) {
    List<LockedWorkflow> changed = workflows.stream().filter(LockedWorkflow::isChanged).toList();
    if (changed.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    OffsetDateTime at = RowValues.time(now);
    return updateWorkflows(tx, changed, at)
        .chain(() -> updateJobs(tx, changed, at))
        .chain(() -> endUnwrittenDatasets(tx, changed, at));
  }

  private static Uni<Void> updateWorkflows(Tx tx, List<LockedWorkflow> changed, OffsetDateTime at) {
    return tx.sql()
        .preparedQuery(WorkflowStatements.UPDATE_WORKFLOWS)
        .execute(
            Tuple.of(
                column(changed, LockedWorkflow::uuid, new UUID[0]),
                column(changed, w -> w.progress().state().text(), new String[0]),
                column(changed, w -> w.progress().reason(), new String[0]),
                column(changed, w -> w.progress().done(), new Integer[0]),
                at,
                column(changed, w -> w.progress().reprocess(), new Boolean[0])))
        .replaceWithVoid();
  }

  private static Uni<Void> updateJobs(Tx tx, List<LockedWorkflow> changed, OffsetDateTime at) {
    List<TrackedJob> jobs = changed.stream().flatMap(w -> w.progress().changed().stream()).toList();
    return tx.sql()
        .preparedQuery(WorkflowStatements.UPDATE_JOBS)
        .execute(
            Tuple.of(
                column(jobs, TrackedJob::uuid, new UUID[0]),
                column(jobs, job -> job.state().text(), new String[0]),
                column(jobs, TrackedJob::attempt, new Integer[0]),
                at))
        .replaceWithVoid();
  }

  private static Uni<Void> endUnwrittenDatasets(
      Tx tx, List<LockedWorkflow> changed, OffsetDateTime at) {
    record Unwritten(UUID workflow, @Nullable String node, DatasetState state) {}
    List<Unwritten> unwritten =
        changed.stream()
            .flatMap(
                workflow ->
                    workflow.progress().changed().stream()
                        .filter(job -> job.state().isEnd() && job.state() != JobState.FINISHED)
                        .map(
                            job ->
                                new Unwritten(
                                    workflow.uuid(),
                                    job.node(),
                                    DatasetState.notWritten(job.state()))))
            .toList();
    if (unwritten.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.sql()
        .preparedQuery(WorkflowStatements.END_UNWRITTEN_DATASETS)
        .execute(
            Tuple.of(
                column(unwritten, Unwritten::workflow, new UUID[0]),
                column(unwritten, Unwritten::node, new String[0]),
                column(unwritten, u -> u.state().text(), new String[0]),
                at))
        .replaceWithVoid();
  }

  @Override
  public Uni<List<Job>> jobs(Tx tx, Collection<UUID> uuids) {
    if (uuids.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return tx.sql()
        .preparedQuery(WorkflowStatements.READ_JOBS)
        .execute(Tuple.of(uuids.toArray(UUID[]::new)))
        .map(rows -> RowValues.list(rows, JobMapper::job));
  }

  @Override
  public Uni<Void> clearReprocess(Tx tx, UUID workflow) {
    return tx.sql()
        .preparedQuery("UPDATE workflow SET reprocess = false WHERE uuid = $1 AND reprocess")
        .execute(Tuple.of(workflow))
        .replaceWithVoid();
  }

  @Override
  public Uni<Boolean> markReprocess(UUID workflow, boolean reprocess) {
    return pool.preparedQuery(
            """
            UPDATE workflow SET reprocess = $2
            WHERE uuid = $1 AND state IN ('finished', 'failed', 'cancelled')
            """)
        .execute(Tuple.of(workflow, reprocess))
        .map(rows -> rows.rowCount() > 0);
  }
}
