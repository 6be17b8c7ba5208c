package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Names;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.WorkflowConfig;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;
import org.p3s.workflow.domain.Hash;

/** Loads, checks, shows and removes templates. A refused template changes nothing. */
@ApplicationScoped
public class DagTemplates {

  /** A template that was stored, and what of its file was ignored. */
  public record Loaded(DagTemplate template, boolean created, List<String> warnings) {}

  private final DagTemplateStore store;
  private final DataTypeStore datatypes;
  private final WorkflowQueries workflows;
  private final ParsedTemplates parsed;
  private final TemplateFormat format;
  private final WorkflowConfig config;
  private final InstantSource clock;
  private final Vertx vertx;

  DagTemplates(
      DagTemplateStore store,
      DataTypeStore datatypes,
      WorkflowQueries workflows,
      ParsedTemplates parsed,
      TemplateFormat format,
      WorkflowConfig config,
      InstantSource clock,
      Vertx vertx) {
    this.store = store;
    this.datatypes = datatypes;
    this.workflows = workflows;
    this.parsed = parsed;
    this.format = format;
    this.config = config;
    this.clock = clock;
    this.vertx = vertx;
  }

  /**
   * Loads a file.
   *
   * @param name null or empty: the graph's id
   */
  public Uni<Loaded> load(
      byte @Nullable [] file, @Nullable String name, boolean replace, String user) {
    if (file == null || file.length == 0) {
      throw new ProblemException(
          WorkflowProblem.MALFORMED_XML, "The body is empty; it shall be GraphML.");
    }
    if (file.length > config.dag().maxBytes()) {
      throw new ProblemException(
          CommonProblem.BODY_TOO_LARGE,
          "A template has at most " + config.dag().maxBytes() + " bytes.");
    }
    // A large file takes too long to parse for an event loop.
    return vertx
        .executeBlocking(() -> read(file))
        .flatMap(read -> store(read, named(read.dag(), name), replace, user));
  }

  private TemplateFormat.ReadResult read(byte[] file) {
    try {
      TemplateFormat.ReadResult result = format.read(file, config.dag().maxNodes());
      List<String> cycle = DagCheck.cycle(result.dag());
      if (!cycle.isEmpty()) {
        throw new ProblemException(
            WorkflowProblem.DAG_HAS_CYCLE,
            "These nodes wait for each other: " + String.join(" -> ", cycle));
      }
      return result;
    } catch (InvalidTemplateException e) {
      throw new ProblemException(
          e.wellFormed() ? WorkflowProblem.GRAPH_INVALID : WorkflowProblem.MALFORMED_XML,
          String.valueOf(e.getMessage()),
          e.faults().stream().map(f -> ProblemItem.line(f.line(), f.detail())).toList());
    }
  }

  private static Dag named(Dag dag, @Nullable String name) {
    String chosen = name == null || name.isEmpty() ? dag.name() : name;
    if (!Names.isValid(chosen)) {
      throw ProblemException.invalid(
          "?name",
          "a DAG's name has 1 to 100 letters, digits, dots, dashes and underscores, not '"
              + chosen
              + "'; give it by ?name= or as the graph's id");
    }
    return dag.withName(chosen);
  }

  private Uni<Loaded> store(TemplateFormat.ReadResult read, Dag dag, boolean replace, String user) {
    return datatypes
        .extensions()
        .invoke(known -> refuseUnknownTypes(dag, known))
        .flatMap(known -> store.add(template(dag, user), replace))
        .map(
            result -> {
              if (result.added() == DagTemplateStore.Added.EXISTS) {
                throw new ProblemException(
                    CommonProblem.ALREADY_EXISTS,
                    "There is a DAG " + dag.name() + "; replace it with ?replace=true.");
              }
              return new Loaded(
                  result.template(),
                  result.added() == DagTemplateStore.Added.CREATED,
                  read.warnings());
            });
  }

  private static void refuseUnknownTypes(Dag dag, Map<String, String> known) {
    List<ProblemItem> items =
        DagCheck.unknownTypes(dag, known.keySet()).entrySet().stream()
            .map(
                unknown ->
                    ProblemItem.line(
                        unknown.getKey().line(),
                        "edge "
                            + unknown.getKey().key()
                            + ": data type '"
                            + unknown.getValue()
                            + "'"))
            .toList();
    if (!items.isEmpty()) {
      throw new ProblemException(
          WorkflowProblem.UNKNOWN_DATATYPE,
          "line "
              + items.get(0).line()
              + ": "
              + items.get(0).detail()
              + " is not known; add it first, or use one of "
              + known.keySet().stream().sorted().toList(),
          items);
    }
  }

  private DagTemplate template(Dag dag, String user) {
    String graphml = format.write(dag);
    return new DagTemplate(
        dag.name(),
        0,
        Hash.sha256(graphml),
        false,
        user,
        dag.description(),
        dag.nodes().size(),
        dag.edges().size(),
        clock.instant(),
        graphml);
  }

  /**
   * A stored template.
   *
   * @param version also of a removed template; null: the latest of one that is not removed
   */
  public Uni<DagTemplate> get(String name, @Nullable Integer version) {
    String what = version == null ? "DAG " + name : "version " + version + " of DAG " + name;
    return (version == null ? store.latest(name) : store.version(name, version))
        .map(
            found ->
                found.orElseThrow(
                    () ->
                        new ProblemException(
                            WorkflowProblem.UNKNOWN_DAG, "There is no " + what + ".")));
  }

  /** The graph of a stored template. */
  public Uni<Dag> graph(DagTemplate template) {
    return parsed.parse(template.name(), template.graphml());
  }

  /** The latest version of each template, sorted by name, at most {@code limit} after that name. */
  public Uni<List<DagTemplate>> list(String after, int limit) {
    return store.list(after, limit);
  }

  /** All versions of a template, also of a removed one, newest first. */
  public Uni<List<DagTemplate>> versions(String name) {
    return store
        .versions(name)
        .invoke(
            versions -> {
              if (versions.isEmpty()) {
                throw unknown(name);
              }
            });
  }

  /** Removes a template; unless forced, not while workflows of it run. */
  public Uni<Void> remove(String name, boolean force) {
    return workflows
        .countRunning(name)
        .flatMap(
            running -> {
              if (running > 0 && !force) {
                throw new ProblemException(
                    WorkflowProblem.WORKFLOWS_RUNNING,
                    running + " workflows of " + name + " run; cancel them, or use ?force=true.");
              }
              return store.remove(name);
            })
        .invoke(
            removed -> {
              if (!removed) {
                throw unknown(name);
              }
            })
        .replaceWithVoid();
  }

  private static ProblemException unknown(String name) {
    return new ProblemException(WorkflowProblem.UNKNOWN_DAG, "There is no DAG " + name + ".");
  }
}
