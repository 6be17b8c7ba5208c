package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.WorkflowConfig;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;
import org.p3s.workflow.domain.Hash;
import org.p3s.workflow.graphml.GraphMlException;
import org.p3s.workflow.graphml.GraphMlReader;
import org.p3s.workflow.graphml.GraphMlWriter;
import org.p3s.workflow.postgres.DagEntity;
import org.p3s.workflow.postgres.TemplateReader;
import org.p3s.workflow.postgres.TemplateStore;

/** Loads, checks and hands out templates. What was stored stays unless the new one is good. */
@ApplicationScoped
public class DagTemplates {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** A template as it is stored, with what was said at its loading. */
  public record Loaded(DagEntity entity, TemplateStore.Added how, List<String> warnings) {}

  /** A template ready for use. */
  public record Usable(Dag dag, int version, Map<String, String> extensions) {}

  private static final int MOST_PARSED = 50;

  private final TemplateStore store;
  private final TemplateReader reader;
  private final WorkflowConfig config;
  private final InstantSource clock;
  private final Vertx vertx;
  private final Map<TemplateReader.Id, Dag> parsed =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<TemplateReader.Id, Dag> eldest) {
              return size() > MOST_PARSED;
            }
          });

  DagTemplates(
      TemplateStore store,
      TemplateReader reader,
      WorkflowConfig config,
      InstantSource clock,
      Vertx vertx) {
    this.store = store;
    this.reader = reader;
    this.config = config;
    this.clock = clock;
    this.vertx = vertx;
  }

  /** Loads a GraphML file; {@code name} goes before the graph's id. */
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
    // A large file takes a while to read, too long for an event loop.
    return vertx
        .executeBlocking(() -> read(file))
        .flatMap(read -> load(read, named(read.dag(), name), replace, user));
  }

  private Uni<Loaded> load(GraphMlReader.Result read, Dag dag, boolean replace, String user) {
    return store
        .extensions()
        .invoke(known -> refuseUnknownTypes(dag, known))
        .map(known -> entity(dag, user))
        .flatMap(
            entity ->
                store
                    .add(entity, replace)
                    .map(
                        how -> {
                          if (how == TemplateStore.Added.EXISTS) {
                            throw new ProblemException(
                                CommonProblem.ALREADY_EXISTS,
                                "There is a DAG "
                                    + dag.name()
                                    + "; replace it with ?replace=true.");
                          }
                          return new Loaded(entity, how, read.warnings());
                        }));
  }

  private static Dag named(Dag dag, @Nullable String name) {
    String chosen = name == null || name.isEmpty() ? dag.name() : name;
    if (!NAME.matcher(chosen).matches()) {
      throw ProblemException.invalid(
          "?name",
          "a DAG's name has 1 to 100 letters, digits, dots, dashes and underscores, not '"
              + chosen
              + "'; give it by ?name= or as the graph's id");
    }
    return new Dag(chosen, dag.description(), dag.nodes(), dag.edges());
  }

  private GraphMlReader.Result read(byte[] file) {
    try {
      GraphMlReader.Result result = GraphMlReader.read(file, config.dag().maxNodes());
      List<String> cycle = DagCheck.cycle(result.dag());
      if (!cycle.isEmpty()) {
        throw new ProblemException(
            WorkflowProblem.DAG_HAS_CYCLE,
            "These nodes wait for each other: " + String.join(" -> ", cycle));
      }
      return result;
    } catch (GraphMlException e) {
      throw new ProblemException(
          e.wellFormed() ? WorkflowProblem.GRAPH_INVALID : WorkflowProblem.MALFORMED_XML,
          String.valueOf(e.getMessage()),
          e.faults().stream().map(f -> ProblemItem.line(f.line(), f.detail())).toList());
    }
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

  private DagEntity entity(Dag dag, String user) {
    DagEntity entity = new DagEntity();
    entity.name = dag.name();
    entity.user = user;
    entity.description = dag.description();
    entity.graphml = GraphMlWriter.write(dag);
    entity.hash = Hash.sha256(entity.graphml);
    entity.nvertices = dag.nodes().size();
    entity.nedges = dag.edges().size();
    entity.tsDef = clock.instant();
    return entity;
  }

  /** The stored template of that name; a version also if it was removed. */
  public Uni<DagEntity> get(String name, @Nullable Integer version) {
    String what = version == null ? "DAG " + name : "version " + version + " of DAG " + name;
    return (version == null ? store.latest(name) : store.version(name, version))
        .map(
            found ->
                found.orElseThrow(
                    () ->
                        new ProblemException(
                            WorkflowProblem.UNKNOWN_DAG, "There is no " + what + ".")));
  }

  /** The templates of those names, ready for use; names without a template are left out. */
  public Uni<Map<String, Usable>> usable(Set<String> names) {
    return reader.current(names).flatMap(this::usable);
  }

  /** The template as a workflow was made of it; fails if it is not stored. */
  public Uni<Usable> usable(String name, int version) {
    return reader
        .version(name, version)
        .flatMap(this::usable)
        .map(
            found -> {
              Usable usable = found.get(name);
              if (usable == null) {
                throw new ProblemException(
                    WorkflowProblem.UNKNOWN_DAG,
                    "There is no version " + version + " of DAG " + name + ".");
              }
              return usable;
            });
  }

  private Uni<Map<String, Usable>> usable(TemplateReader.Current current) {
    List<TemplateReader.Id> unknown =
        current.ids().stream().filter(id -> !parsed.containsKey(id)).toList();
    return parse(unknown).map(fresh -> usable(current, fresh));
  }

  private Map<String, Usable> usable(
      TemplateReader.Current current, Map<TemplateReader.Id, Dag> fresh) {
    Map<String, Usable> usable = new HashMap<>();
    for (TemplateReader.Id id : current.ids()) {
      Dag dag = fresh.containsKey(id) ? fresh.get(id) : parsed.get(id);
      if (dag != null) {
        parsed.put(id, dag);
        usable.put(id.name(), new Usable(dag, id.version(), current.extensions()));
      }
    }
    return usable;
  }

  private Uni<Map<TemplateReader.Id, Dag>> parse(List<TemplateReader.Id> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return reader
        .graphml(ids)
        .flatMap(
            files ->
                vertx.executeBlocking(
                    () -> {
                      Map<TemplateReader.Id, Dag> dags = new HashMap<>();
                      files.forEach((id, xml) -> dags.put(id, parse(id.name(), xml)));
                      return dags;
                    }));
  }

  /** The stored template, parsed. */
  public Uni<Dag> parsed(DagEntity entity) {
    return vertx.executeBlocking(() -> parse(entity.name, entity.graphml));
  }

  // What is stored was checked when it came in.
  private static Dag parse(String name, String graphml) {
    try {
      Dag dag = GraphMlReader.stored(graphml.getBytes(StandardCharsets.UTF_8)).dag();
      return new Dag(name, dag.description(), dag.nodes(), dag.edges());
    } catch (GraphMlException e) {
      throw new IllegalStateException("stored DAG " + name + " can't be read", e);
    }
  }
}
