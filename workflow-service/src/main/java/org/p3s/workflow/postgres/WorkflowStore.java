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
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.WorkflowProgress;
import org.p3s.workflow.domain.InitialState;

/**
 * Workflows, jobs and datasets inside transactions. The reactive client, not Hibernate: these are
 * set operations on the path of every file, one statement per kind and batch.
 */
@ApplicationScoped
public class WorkflowStore {

  /** Stores workflows; those whose file has its workflow of that DAG already are left out. */
  public Uni<Set<UUID>> insert(SqlConnection sql, List<InitialState> all) {
    return sql.preparedQuery(WorkflowStatements.INSERT_WORKFLOWS)
        .execute(
            Tuple.from(
                List.of(
                    column(all, s -> s.plan().uuid(), new UUID[0]),
                    column(all, s -> s.plan().name(), new String[0]),
                    column(all, s -> s.plan().dag(), new String[0]),
                    column(all, s -> s.plan().dagVersion(), new Integer[0]),
                    column(all, s -> s.plan().order().user(), new String[0]),
                    column(all, s -> s.jobs().size(), new Integer[0]),
                    column(all, s -> s.plan().file(), new UUID[0]),
                    column(all, s -> s.plan().watch(), new String[0]),
                    column(all, s -> s.plan().path(), new String[0]),
                    column(all, s -> time(s.plan().tsDef()), new OffsetDateTime[0]),
                    column(all, s -> s.state().text(), new String[0]),
                    column(all, InitialState::done, new Integer[0]),
                    column(all, s -> s.plan().rerunOf(), new UUID[0]),
                    column(all, s -> RequestJson.write(s.plan().order()), new String[0]))))
        .map(
            rows -> {
              Set<UUID> inserted = new HashSet<>();
              rows.forEach(row -> inserted.add(row.getUUID("uuid")));
              return inserted;
            });
  }

  public Uni<Void> insertJobs(SqlConnection sql, List<Job> jobs) {
    Integer[] order = new Integer[jobs.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    return sql.preparedQuery(WorkflowStatements.INSERT_JOBS)
        .execute(Tuple.from(JobColumns.of(jobs, order)))
        .replaceWithVoid();
  }

  public Uni<Void> insertDatasets(SqlConnection sql, List<Dataset> datasets, Instant now) {
    if (datasets.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Integer[] order = new Integer[datasets.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    return sql.preparedQuery(WorkflowStatements.INSERT_DATASETS)
        .execute(
            Tuple.from(
                List.of(
                    column(datasets, Dataset::uuid, new UUID[0]),
                    column(datasets, Dataset::wfuuid, new UUID[0]),
                    order,
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
                    time(now),
                    column(datasets, Dataset::checksum, new String[0]))))
        .replaceWithVoid();
  }

  /** A workflow that is done again is not to be listed for it any more. */
  public Uni<Void> reprocessed(SqlConnection sql, UUID workflow) {
    return sql.preparedQuery("UPDATE workflow SET reprocess = false WHERE uuid = $1 AND reprocess")
        .execute(Tuple.of(workflow))
        .replaceWithVoid();
  }

  /** Locks workflows, always in the same order, so that two batches can't wait for each other. */
  public Uni<Map<UUID, LockedWorkflow>> lock(SqlConnection sql, Collection<UUID> workflows) {
    if (workflows.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    // Sent together: the second sees the state that the locks hold still.
    return Uni.combine()
        .all()
        .unis(
            sql.preparedQuery(WorkflowStatements.LOCK_WORKFLOWS)
                .execute(Tuple.of(workflows.toArray(UUID[]::new))),
            sql.preparedQuery(WorkflowStatements.READ_STEPS)
                .execute(Tuple.of(workflows.toArray(UUID[]::new))))
        .asTuple()
        .map(both -> LockedWorkflow.of(both.getItem1(), both.getItem2()));
  }

  /** Writes what {@link WorkflowProgress} changed, of all workflows of a batch at once. */
  public Uni<Void> store(SqlConnection sql, Collection<LockedWorkflow> all, Instant now) {
    List<LockedWorkflow> moved = all.stream().filter(LockedWorkflow::isChanged).toList();
    if (moved.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<WorkflowProgress.Step> steps =
        moved.stream().flatMap(r -> r.progress().changed().stream()).toList();
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    return sql.preparedQuery(WorkflowStatements.UPDATE_WORKFLOWS)
        .execute(
            Tuple.of(
                column(moved, LockedWorkflow::uuid, new UUID[0]),
                column(moved, r -> r.progress().state().text(), new String[0]),
                column(moved, r -> r.progress().reason(), new String[0]),
                column(moved, r -> r.progress().done(), new Integer[0]),
                at,
                column(moved, r -> r.progress().reprocess(), new Boolean[0])))
        .chain(
            () ->
                sql.preparedQuery(WorkflowStatements.UPDATE_STEPS)
                    .execute(
                        Tuple.of(
                            column(steps, WorkflowProgress.Step::job, new UUID[0]),
                            column(steps, s -> s.state().text(), new String[0]),
                            column(steps, WorkflowProgress.Step::attempt, new Integer[0]),
                            at)))
        .chain(() -> giveUp(sql, moved, at));
  }

  private static Uni<Void> giveUp(SqlConnection sql, List<LockedWorkflow> moved, OffsetDateTime at) {
    record Lost(UUID workflow, @Nullable String node, String state) {}
    List<Lost> lost =
        moved.stream()
            .flatMap(
                r ->
                    r.progress().changed().stream()
                        .filter(step -> step.state().isEnd() && step.state() != JobState.FINISHED)
                        .map(step -> new Lost(r.uuid(), step.node(), unwritten(step).text())))
            .toList();
    if (lost.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return sql.preparedQuery(WorkflowStatements.GIVE_UP_DATASETS)
        .execute(
            Tuple.of(
                column(lost, Lost::workflow, new UUID[0]),
                column(lost, Lost::node, new String[0]),
                column(lost, Lost::state, new String[0]),
                at))
        .replaceWithVoid();
  }

  private static DatasetState unwritten(WorkflowProgress.Step step) {
    return step.state().isUnwanted() ? DatasetState.DROPPED : DatasetState.MISSING;
  }

  /** The jobs with all they were defined with, in the order asked for. */
  public Uni<List<Job>> jobs(SqlConnection sql, Collection<UUID> uuids) {
    if (uuids.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return sql.preparedQuery(WorkflowStatements.READ_JOBS)
        .execute(Tuple.of(uuids.toArray(UUID[]::new)))
        .map(rows -> rows.stream().map(JobColumns::job).toList());
  }
}
