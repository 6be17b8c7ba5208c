package org.p3s.workflow.app;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.Instantiation;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.Order;
import org.p3s.workflow.domain.Plan;
import org.p3s.workflow.domain.Progress;
import org.p3s.workflow.domain.WorkflowState;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.Running;
import org.p3s.workflow.postgres.WorkflowStore;

/** Makes workflows, moves them, ends them: load, decide, store and tell in one transaction. */
@ApplicationScoped
public class Workflows {

  private record Wish(String dag, Order order) {}

  private final Templates templates;
  private final WorkflowStore store;
  private final IdempotencyStore idempotency;
  private final Outbox outbox;
  private final InstantSource clock;

  Workflows(
      Templates templates,
      WorkflowStore store,
      IdempotencyStore idempotency,
      Outbox outbox,
      InstantSource clock) {
    this.templates = templates;
    this.store = store;
    this.idempotency = idempotency;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Makes a workflow on request; answers with its uuid. */
  public Uni<UUID> start(String dag, Order order, IdempotencyStore.@Nullable Request request) {
    return templates
        .usable(dag)
        .map(
            template -> {
              Set<String> strangers = Instantiation.strangers(template.dag(), order);
              if (!strangers.isEmpty()) {
                throw ProblemException.invalid(
                    "/files", "the DAG " + dag + " has no such edge or node: " + strangers);
              }
              return plan(template, order);
            })
        .flatMap(
            plan ->
                outbox.transact(
                    tx ->
                        idempotency.once(
                            tx.sql(),
                            request,
                            () -> insert(tx, List.of(plan)).replaceWith(List.of(plan.uuid())))))
        .map(uuids -> uuids.get(0));
  }

  private static Plan plan(Templates.Usable template, Order order) {
    return Instantiation.plan(
        template.dag(), template.version(), order, template.extensions(), Ids::next);
  }

  /** Files arrived: each makes one workflow of each of its templates, once. */
  public Uni<Void> arrived(List<FileArrived> files) {
    List<Wish> wishes = new ArrayList<>();
    for (FileArrived file : files) {
      file.dags().forEach(dag -> wishes.add(new Wish(dag, order(file))));
    }
    Set<String> names = wishes.stream().map(Wish::dag).collect(Collectors.toSet());
    return Multi.createFrom()
        .iterable(names)
        .onItem()
        .transformToUniAndConcatenate(
            name -> templates.usable(name).map(usable -> Map.entry(name, usable)))
        .collect()
        .asMap(Map.Entry::getKey, Map.Entry::getValue)
        .flatMap(
            usable -> {
              List<Plan> plans =
                  wishes.stream()
                      .map(
                          wish ->
                              plan(
                                  java.util.Objects.requireNonNull(usable.get(wish.dag())),
                                  wish.order()))
                      .toList();
              return outbox.transact(tx -> insert(tx, plans));
            });
  }

  private Order order(FileArrived file) {
    return new Order(
        null,
        Map.of(),
        Map.of(),
        true,
        file.priority(),
        file.staleafter(),
        file.run(),
        file.subrun(),
        file.user(),
        new Order.Arrival(
            file.file(),
            file.watch(),
            file.path(),
            file.dirpath(),
            file.name(),
            file.size(),
            file.placeholder()),
        clock.instant());
  }

  private Uni<Void> insert(Tx tx, List<Plan> wanted) {
    if (wanted.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    boolean start = wanted.get(0).order().start();
    Instant now = clock.instant();
    return store
        .insert(tx.sql(), once(wanted), start ? "defined" : "template")
        .flatMap(
            inserted -> {
              List<Plan> plans =
                  wanted.stream().filter(plan -> inserted.contains(plan.uuid())).toList();
              if (plans.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              List<Job> jobs = plans.stream().flatMap(p -> p.jobs().stream()).toList();
              List<Dataset> data = plans.stream().flatMap(p -> p.datasets().stream()).toList();
              tx.emit(plans.stream().map(Facts::defined).toList());
              Uni<Void> rows =
                  store
                      .insertJobs(tx.sql(), jobs)
                      .chain(() -> store.insertDatasets(tx.sql(), data, now));
              return start ? rows.chain(() -> move(tx, inserted, Progress::start)) : rows;
            });
  }

  // The same arrival may stand in one batch twice.
  private static List<Plan> once(List<Plan> plans) {
    Set<String> seen = new HashSet<>();
    return plans.stream()
        .filter(plan -> plan.file() == null || seen.add(plan.file() + " " + plan.dag()))
        .toList();
  }

  private Uni<Void> move(Tx tx, Set<UUID> workflows, Consumer<Progress> step) {
    return store
        .lock(tx.sql(), workflows)
        .flatMap(
            locked -> {
              locked.values().forEach(workflow -> step.accept(workflow.progress()));
              return settle(tx, locked, true, null);
            });
  }

  /** Writes what was decided and tells it. */
  private Uni<Void> settle(
      Tx tx, Map<UUID, Running> all, boolean waitingOnly, @Nullable String by) {
    Instant now = clock.instant();
    Set<UUID> defined = new java.util.LinkedHashSet<>();
    for (Running workflow : all.values()) {
      Progress progress = workflow.progress();
      defined.addAll(progress.defined());
      for (UUID job : progress.withdrawn()) {
        tx.emit(
            Facts.withdrawn(
                job,
                workflow.uuid(),
                waitingOnly,
                "the workflow ended: " + progress.reason(),
                by,
                now));
      }
    }
    return store
        .store(tx.sql(), all.values(), now)
        .chain(() -> store.jobs(tx.sql(), defined))
        .invoke(
            jobs -> {
              List<JobDefined> events = jobs.stream().map(job -> Facts.defined(job, now)).toList();
              tx.emit(events);
              all.values().stream()
                  .filter(Running::hasEnded)
                  .forEach(workflow -> tx.emit(Facts.finished(workflow, now)));
            })
        .replaceWithVoid();
  }

  /** Attempts of jobs ended. */
  public Uni<Void> ended(List<JobFinished> ends) {
    Set<UUID> workflows =
        ends.stream()
            .map(JobFinished::wfuuid)
            .filter(java.util.Objects::nonNull)
            .map(java.util.Objects::requireNonNull)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    List<JobFinished> first = firstOfEach(ends);
    return outbox.transact(
        tx ->
            store
                .lock(tx.sql(), workflows)
                .call(() -> store.storeEnds(tx.sql(), first))
                .call(() -> store.storeOutputs(tx.sql(), first, clock.instant()))
                .flatMap(
                    locked -> {
                      for (JobFinished end : first) {
                        Running workflow = end.wfuuid() == null ? null : locked.get(end.wfuuid());
                        if (workflow != null) {
                          workflow
                              .progress()
                              .ended(
                                  end.job(),
                                  end.attempt(),
                                  JobState.of(end.state().json()),
                                  end.succeeded());
                        }
                      }
                      return settle(tx, locked, true, null);
                    }));
  }

  private static List<JobFinished> firstOfEach(List<JobFinished> ends) {
    Map<String, JobFinished> first = new java.util.LinkedHashMap<>();
    ends.forEach(end -> first.putIfAbsent(end.job() + "/" + end.attempt(), end));
    return List.copyOf(first.values());
  }

  /** Jobs were dispatched, started or requeued. */
  public Uni<Void> progressed(List<JobProgress> events) {
    return outbox.transact(tx -> store.storeProgress(tx.sql(), events));
  }

  /** Cancels: what waits never starts, what runs is stopped. */
  public Uni<Void> cancel(UUID uuid, String user) {
    return outbox.transact(
        tx ->
            store
                .lock(tx.sql(), Set.of(uuid))
                .flatMap(
                    locked -> {
                      Running workflow = locked.get(uuid);
                      if (workflow == null) {
                        throw ProblemException.notFound("workflow", uuid);
                      }
                      if (workflow.before().isEnd()
                          && workflow.before() != WorkflowState.CANCELLED) {
                        throw new ProblemException(
                            Problem.CONFLICT,
                            "The workflow is " + workflow.before().text() + " already.");
                      }
                      workflow.progress().cancel("cancelled by " + user);
                      return settle(tx, new HashMap<>(locked), false, user);
                    }));
  }
}
