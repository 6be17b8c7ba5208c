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
import org.p3s.workflow.app.IdempotencyStore.KeyedRequest;
import org.p3s.workflow.app.IdempotencyStore.Made;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.WorkflowPlanner;
import org.p3s.workflow.domain.WorkflowRequest;
import org.p3s.workflow.domain.WorkflowRequestBuilder;
import org.p3s.workflow.domain.WorkflowRequestValidation;

/** Makes workflows, at a person's request or for files that arrived. */
@ApplicationScoped
public class WorkflowCreation {

  private final ParsedTemplates templates;
  private final IdempotencyStore idempotency;
  private final WorkflowInserter inserter;
  private final Outbox outbox;
  private final InstantSource clock;

  WorkflowCreation(
      ParsedTemplates templates,
      IdempotencyStore idempotency,
      WorkflowInserter inserter,
      Outbox outbox,
      InstantSource clock) {
    this.templates = templates;
    this.idempotency = idempotency;
    this.inserter = inserter;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Makes a workflow at a person's request. */
  public Uni<Made> create(String dag, WorkflowRequest request, @Nullable KeyedRequest keyed) {
    return idempotency.findOrElse(
        keyed,
        () ->
            plan(dag, request)
                .flatMap(
                    plan ->
                        outbox.transact(
                            tx -> idempotency.runOnce(tx, keyed, () -> store(tx, plan)))));
  }

  private Uni<List<UUID>> store(Tx tx, WorkflowPlan plan) {
    return inserter.insert(tx, List.of(plan)).replaceWith(List.of(plan.uuid()));
  }

  /** The workflow that {@link #create} would make; nothing is stored. */
  public Uni<InitialState> preview(String dag, WorkflowRequest request) {
    return plan(dag, request).map(InitialState::of);
  }

  private Uni<WorkflowPlan> plan(String dag, WorkflowRequest request) {
    return templates
        .latest(Set.of(dag))
        .map(
            found -> {
              ParsedTemplate template = found.get(dag);
              if (template == null) {
                throw new ProblemException(
                    WorkflowProblem.UNKNOWN_DAG, "There is no DAG " + dag + ".");
              }
              refuseUnlessValid(WorkflowRequestValidation.of(template.dag(), request));
              return plan(template, request);
            });
  }

  private static void refuseUnlessValid(WorkflowRequestValidation validation) {
    if (validation.isValid()) {
      return;
    }
    List<ProblemItem> items = new ArrayList<>();
    validation.unknownEdges().forEach(edge -> items.add(unknown("/files/", edge, "edge")));
    validation.unknownNodes().forEach(node -> items.add(unknown("/jobs/", node, "node")));
    validation.ambiguousNames().forEach((edge, files) -> items.add(ambiguous(edge, files)));
    ProblemItem first = items.get(0);
    throw new ProblemException(
        CommonProblem.VALIDATION_FAILED, first.pointer() + ": " + first.detail(), items);
  }

  private static ProblemItem unknown(String at, String key, String what) {
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

  private static WorkflowPlan plan(ParsedTemplate template, WorkflowRequest request) {
    return WorkflowPlanner.plan(
        template.dag(), template.version(), request, template.extensions(), Ids::next);
  }

  /**
   * Makes one workflow of each template of each file. A file that comes again makes nothing. If a
   * template is missing or does not fit, the other workflows are made and then the call fails.
   */
  public Uni<Void> createForFiles(List<FileArrived> files) {
    Set<String> names =
        files.stream().flatMap(file -> file.dags().stream()).collect(Collectors.toSet());
    if (names.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return templates.latest(names).flatMap(found -> createForFiles(files, found));
  }

  private Uni<Void> createForFiles(List<FileArrived> files, Map<String, ParsedTemplate> found) {
    List<WorkflowPlan> plans = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (FileArrived file : files) {
      for (String dag : file.dags()) {
        ParsedTemplate template = found.get(dag);
        WorkflowRequest request = request(file);
        if (template == null) {
          faults.add("there is no DAG " + dag + " for " + file.path());
        } else if (!WorkflowRequestValidation.of(template.dag(), request).isValid()) {
          faults.add("the DAG " + dag + " has no edge " + file.placeholder());
        } else {
          plans.add(plan(template, request));
        }
      }
    }
    return outbox
        .transact(tx -> inserter.insert(tx, plans))
        .invoke(
            () -> {
              if (!faults.isEmpty()) {
                throw new ProblemException(WorkflowProblem.UNKNOWN_DAG, String.join("; ", faults));
              }
            });
  }

  private WorkflowRequest request(FileArrived file) {
    return WorkflowRequestBuilder.builder()
        .files(Map.of())
        .jobs(Map.of())
        .start(true)
        .priority(file.priority())
        .staleafter(file.staleafter())
        .run(file.run())
        .subrun(file.subrun())
        .user(file.user())
        .arrivedFile(
            new WorkflowRequest.ArrivedFile(
                file.file(),
                file.watch(),
                file.path(),
                file.dirpath(),
                file.name(),
                file.size(),
                file.placeholder()))
        .requestedAt(clock.instant())
        .build();
  }
}
