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
import org.p3s.workflow.app.IdempotencyStore.KeyedRequest;
import org.p3s.workflow.app.IdempotencyStore.Made;
import org.p3s.workflow.app.RerunStore.RerunSource;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.RerunScope;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.WorkflowPlanner;

/**
 * Does ended workflows again, as new workflows that refer to the old ones. A rerun is made by the
 * same request and the same version of the template. Nodes that it takes over keep their files.
 */
@ApplicationScoped
public class WorkflowReruns {

  /**
   * Which part of a workflow is done again. With neither, all of it is.
   *
   * @param from this node, what did not succeed, and what comes after them; null: see failed
   * @param failed what did not succeed, and what comes after it
   */
  public record RerunRequest(@Nullable String from, boolean failed) {}

  private final ParsedTemplates templates;
  private final RerunStore reruns;
  private final WorkflowStore workflows;
  private final WorkflowInserter inserter;
  private final IdempotencyStore idempotency;
  private final Outbox outbox;
  private final InstantSource clock;

  WorkflowReruns(
      ParsedTemplates templates,
      RerunStore reruns,
      WorkflowStore workflows,
      WorkflowInserter inserter,
      IdempotencyStore idempotency,
      Outbox outbox,
      InstantSource clock) {
    this.templates = templates;
    this.reruns = reruns;
    this.workflows = workflows;
    this.inserter = inserter;
    this.idempotency = idempotency;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Makes and starts a rerun. */
  public Uni<Made> rerun(
      UUID workflow, RerunRequest part, String user, @Nullable KeyedRequest request) {
    return idempotency.findOrElse(
        request,
        () ->
            plan(workflow, part, user)
                .flatMap(
                    plan ->
                        outbox.transact(
                            tx ->
                                idempotency.runOnce(
                                    tx, request, () -> store(tx, workflow, plan)))));
  }

  private Uni<List<UUID>> store(Tx tx, UUID workflow, WorkflowPlan plan) {
    return reruns
        .lockFamily(tx, workflow)
        .invoke(active -> active.ifPresent(WorkflowReruns::refuseSecondRerun))
        .chain(() -> workflows.clearReprocess(tx, workflow))
        .chain(() -> inserter.insert(tx, List.of(plan)))
        .replaceWith(List.of(plan.uuid()));
  }

  /** The workflow that {@link #rerun} would make; nothing is stored. */
  public Uni<InitialState> preview(UUID workflow, RerunRequest part, String user) {
    return plan(workflow, part, user).map(InitialState::of);
  }

  private Uni<WorkflowPlan> plan(UUID workflow, RerunRequest part, String user) {
    return reruns
        .source(workflow)
        .invoke(WorkflowReruns::refuseUnlessEnded)
        .flatMap(
            source ->
                templates
                    .version(source.dag(), source.dagVersion())
                    .map(template -> plan(source, template, part, user)));
  }

  private static void refuseUnlessEnded(RerunSource source) {
    if (!source.state().isEnd()) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The workflow is " + source.state().text() + "; it can be done again when it has ended.");
    }
    if (source.activeJob() != null) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "Its job " + source.activeJob() + " still runs; wait for its end, or cancel it.");
    }
  }

  private static void refuseSecondRerun(UUID active) {
    throw new ProblemException(
        CommonProblem.CONFLICT,
        "The workflow " + active + " does it again already; wait for its end, or cancel it.");
  }

  private WorkflowPlan plan(
      RerunSource source, ParsedTemplate template, RerunRequest part, String user) {
    RerunScope scope = scope(source, template, part);
    if (scope.isEmpty()) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "Nothing of the workflow failed; do all of it again, or from a node.");
    }
    return WorkflowPlanner.planRerun(
        template.dag(),
        template.version(),
        source.request().repeatedBy(user, clock.instant()),
        scope,
        template.extensions(),
        Ids::next);
  }

  private static RerunScope scope(RerunSource source, ParsedTemplate template, RerunRequest part) {
    String from = part.from();
    if (from != null && source.jobs().stream().noneMatch(job -> job.node().equals(from))) {
      throw ProblemException.invalid("/from", "the workflow has no node " + from);
    }
    return from == null && !part.failed()
        ? RerunScope.allNodes(source.uuid(), source.jobs(), source.datasets())
        : RerunScope.someNodes(
            template.dag(), source.uuid(), source.jobs(), source.datasets(), from);
  }
}
