package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.domain.WorkflowPlanner;
import org.p3s.workflow.domain.WorkflowRequest;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.WorkflowRequestValidation;
import org.p3s.workflow.domain.WorkflowState;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.LockedWorkflow;
import org.p3s.workflow.postgres.WorkflowStore;

/** Makes workflows, on request or of files that arrived, and cancels them. */
@ApplicationScoped
public class WorkflowActions {

  private final DagTemplates templates;
  private final WorkflowStore store;
  private final IdempotencyStore idempotency;
  private final WorkflowWriter settlement;
  private final WorkflowInserter insertion;
  private final Outbox outbox;
  private final InstantSource clock;

  WorkflowActions(
      DagTemplates templates,
      WorkflowStore store,
      IdempotencyStore idempotency,
      WorkflowWriter settlement,
      WorkflowInserter insertion,
      Outbox outbox,
      InstantSource clock) {
    this.templates = templates;
    this.store = store;
    this.idempotency = idempotency;
    this.settlement = settlement;
    this.insertion = insertion;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Makes a workflow on request. */
  public Uni<IdempotencyStore.Made> start(
      String dag, WorkflowRequest order, IdempotencyStore.@Nullable Request request) {
    return idempotency.earlierOr(
        request,
        () ->
            planned(dag, order)
                .flatMap(
                    plan ->
                        outbox.transact(
                            tx -> idempotency.once(tx.sql(), request, () -> store(tx, plan)))));
  }

  private Uni<List<UUID>> store(Tx tx, WorkflowPlan plan) {
    return insertion.insert(tx, List.of(plan)).replaceWith(List.of(plan.uuid()));
  }

  /** What {@link #start} would make; nothing is stored. */
  public Uni<InitialState> preview(String dag, WorkflowRequest order) {
    return planned(dag, order).map(InitialState::of);
  }

  private Uni<WorkflowPlan> planned(String dag, WorkflowRequest order) {
    return templates
        .usable(Set.of(dag))
        .map(
            usable -> {
              DagTemplates.Usable template = usable.get(dag);
              if (template == null) {
                throw new ProblemException(
                    WorkflowProblem.UNKNOWN_DAG, "There is no DAG " + dag + ".");
              }
              refuseStrangers(template, order);
              return plan(template, order);
            });
  }

  private static void refuseStrangers(DagTemplates.Usable template, WorkflowRequest order) {
    WorkflowRequestValidation strangers = WorkflowRequestValidation.of(template.dag(), order);
    if (strangers.none()) {
      return;
    }
    List<ProblemItem> items = new ArrayList<>();
    strangers.files().forEach(edge -> items.add(stranger("/files/", edge, "edge")));
    strangers.jobs().forEach(node -> items.add(stranger("/jobs/", node, "node")));
    strangers.ambiguous().forEach((edge, files) -> items.add(ambiguous(edge, files)));
    ProblemItem first = items.get(0);
    throw new ProblemException(
        CommonProblem.VALIDATION_FAILED, first.pointer() + ": " + first.detail(), items);
  }

  private static ProblemItem stranger(String at, String key, String what) {
    return ProblemItem.at(at + escaped(key), "the DAG has no such " + what);
  }

  private static ProblemItem ambiguous(String edge, Set<String> addresses) {
    return ProblemItem.at(
        "/files/" + escaped(edge) + "/name",
        "is the name of several files; "
            + (addresses.size() > 1
                ? "name them one by one, as " + String.join(" and ", addresses)
                : "give their edges data tags, to tell them apart"));
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  private static WorkflowPlan plan(DagTemplates.Usable template, WorkflowRequest order) {
    return WorkflowPlanner.plan(
        template.dag(), template.version(), order, template.extensions(), Ids::next);
  }

  /**
   * Files arrived: each makes one workflow of each of its templates, once. Fails if a template is
   * not there, after the others were made.
   */
  public Uni<Void> arrived(List<FileArrived> files) {
    Set<String> names =
        files.stream().flatMap(file -> file.dags().stream()).collect(Collectors.toSet());
    if (names.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return templates.usable(names).flatMap(usable -> arrived(files, usable));
  }

  private Uni<Void> arrived(List<FileArrived> files, Map<String, DagTemplates.Usable> usable) {
    List<WorkflowPlan> plans = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (FileArrived file : files) {
      for (String dag : file.dags()) {
        DagTemplates.Usable template = usable.get(dag);
        WorkflowRequest order = order(file);
        if (template == null) {
          faults.add("there is no DAG " + dag + " for " + file.path());
        } else if (!WorkflowRequestValidation.of(template.dag(), order).none()) {
          faults.add("the DAG " + dag + " has no edge " + file.placeholder());
        } else {
          plans.add(plan(template, order));
        }
      }
    }
    return outbox
        .transact(tx -> insertion.insert(tx, plans))
        .invoke(
            () -> {
              if (!faults.isEmpty()) {
                throw new ProblemException(WorkflowProblem.UNKNOWN_DAG, String.join("; ", faults));
              }
            });
  }

  private WorkflowRequest order(FileArrived file) {
    return new WorkflowRequest(
        null,
        null,
        Map.of(),
        Map.of(),
        true,
        file.priority(),
        file.staleafter(),
        file.run(),
        file.subrun(),
        file.user(),
        new WorkflowRequest.Arrival(
            file.file(),
            file.watch(),
            file.path(),
            file.dirpath(),
            file.name(),
            file.size(),
            file.placeholder()),
        clock.instant());
  }

  /** Cancels: what waits never starts, what runs is stopped. */
  public Uni<Void> cancel(UUID uuid, String user) {
    return outbox.transact(
        tx ->
            store
                .lock(tx.sql(), Set.of(uuid))
                .flatMap(
                    locked -> {
                      LockedWorkflow workflow = found(locked, uuid);
                      if (workflow.before().isEnd()
                          && workflow.before() != WorkflowState.CANCELLED) {
                        throw new ProblemException(
                            CommonProblem.CONFLICT,
                            "The workflow is " + workflow.before().text() + " already.");
                      }
                      workflow.progress().cancel("cancelled by " + user);
                      return settlement.settle(tx, locked.values(), false, user);
                    }));
  }

  /**
   * Starts a workflow that was made as a template; one that was started already stays as it is, one
   * that was cancelled is refused.
   */
  public Uni<Void> activate(UUID uuid) {
    return outbox.transact(
        tx ->
            store
                .lock(tx.sql(), Set.of(uuid))
                .flatMap(
                    locked -> {
                      LockedWorkflow workflow = found(locked, uuid);
                      if (workflow.before() == WorkflowState.CANCELLED) {
                        throw new ProblemException(
                            CommonProblem.CONFLICT,
                            "The workflow is cancelled; do it again by a rerun.");
                      }
                      workflow.progress().activate();
                      return settlement.settle(tx, locked.values(), true, null);
                    }));
  }

  private static LockedWorkflow found(Map<UUID, LockedWorkflow> locked, UUID uuid) {
    LockedWorkflow workflow = locked.get(uuid);
    if (workflow == null) {
      throw ProblemException.notFound("workflow", uuid);
    }
    return workflow;
  }
}
