package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.domain.WorkflowPlanner;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.RerunScope;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.RerunStore;
import org.p3s.workflow.postgres.WorkflowStore;

/**
 * Does workflows that ended again, as new workflows that know of the old ones. A rerun is made by
 * the same order of the same version of the template; what is taken over keeps its files.
 */
@ApplicationScoped
public class WorkflowReruns {

  /**
   * What is wanted.
   *
   * @param from this node and what comes after it; null: see failed
   * @param failed only what did not succeed; false with no node: all of it
   */
  public record Wish(@Nullable String from, boolean failed) {}

  private final DagTemplates templates;
  private final RerunStore past;
  private final WorkflowStore workflows;
  private final WorkflowInserter insertion;
  private final IdempotencyStore idempotency;
  private final Outbox outbox;
  private final InstantSource clock;

  WorkflowReruns(
      DagTemplates templates,
      RerunStore past,
      WorkflowStore workflows,
      WorkflowInserter insertion,
      IdempotencyStore idempotency,
      Outbox outbox,
      InstantSource clock) {
    this.templates = templates;
    this.past = past;
    this.workflows = workflows;
    this.insertion = insertion;
    this.idempotency = idempotency;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Makes and starts the rerun. */
  public Uni<IdempotencyStore.Made> rerun(
      UUID workflow, Wish wish, String user, IdempotencyStore.@Nullable Request request) {
    return idempotency.earlierOr(
        request,
        () ->
            planned(workflow, wish, user)
                .flatMap(
                    plan ->
                        outbox.transact(
                            tx ->
                                idempotency.once(
                                    tx.sql(), request, () -> store(tx, workflow, plan)))));
  }

  private Uni<List<UUID>> store(Tx tx, UUID workflow, WorkflowPlan plan) {
    return past.lockFamily(tx.sql(), workflow)
        .invoke(WorkflowReruns::refuseBesides)
        .chain(() -> workflows.reprocessed(tx.sql(), workflow))
        .chain(() -> insertion.insert(tx, List.of(plan)))
        .replaceWith(List.of(plan.uuid()));
  }

  /** What {@link #rerun} would make; nothing is stored. */
  public Uni<InitialState> preview(UUID workflow, Wish wish, String user) {
    return planned(workflow, wish, user).map(InitialState::of);
  }

  private Uni<WorkflowPlan> planned(UUID workflow, Wish wish, String user) {
    return past.workflow(workflow)
        .invoke(WorkflowReruns::refuseIfAlive)
        .flatMap(
            was ->
                templates
                    .usable(was.dag(), was.dagVersion())
                    .map(template -> plan(was, template, wish, user)));
  }

  private static void refuseIfAlive(RerunStore.Past was) {
    if (!was.state().isEnd()) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The workflow is " + was.state().text() + "; it can be done again when it has ended.");
    }
    if (was.alive() != null) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "Its job " + was.alive() + " still runs; wait for its end, or cancel it.");
    }
  }

  private static void refuseBesides(@Nullable UUID alive) {
    if (alive != null) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The workflow " + alive + " does it again already; wait for its end, or cancel it.");
    }
  }

  private WorkflowPlan plan(RerunStore.Past was, DagTemplates.Usable template, Wish wish, String user) {
    String from = wish.from();
    if (from != null && was.jobs().stream().noneMatch(job -> job.node().equals(from))) {
      throw ProblemException.invalid("/from", "the workflow has no node " + from);
    }
    RerunScope rerun =
        from == null && !wish.failed()
            ? RerunScope.whole(was.uuid(), was.jobs(), was.data())
            : RerunScope.part(template.dag(), was.uuid(), was.jobs(), was.data(), from);
    if (rerun.isEmpty()) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "Nothing of the workflow failed; do all of it again, or from a node.");
    }
    return WorkflowPlanner.again(
        template.dag(),
        template.version(),
        was.order().again(user, clock.instant()),
        rerun,
        template.extensions(),
        Ids::next);
  }
}
