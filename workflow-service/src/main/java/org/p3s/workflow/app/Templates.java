package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;
import org.p3s.workflow.WorkflowConfig;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;
import org.p3s.workflow.graphml.GraphMlException;
import org.p3s.workflow.graphml.GraphMlReader;
import org.p3s.workflow.graphml.GraphMlWriter;
import org.p3s.workflow.postgres.DagEntity;
import org.p3s.workflow.postgres.TemplateStore;

/** Loads, checks and hands out templates. What was stored stays unless the new one is good. */
@ApplicationScoped
public class Templates {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** A template as it is stored, with what was said at its loading. */
  public record Loaded(DagEntity entity, TemplateStore.Added how, List<String> warnings) {}

  /** A template ready for use. */
  public record Usable(Dag dag, int version, Map<String, String> extensions) {}

  private final TemplateStore store;
  private final WorkflowConfig config;
  private final InstantSource clock;

  Templates(TemplateStore store, WorkflowConfig config, InstantSource clock) {
    this.store = store;
    this.config = config;
    this.clock = clock;
  }

  /** Loads a GraphML file; {@code name} goes before the graph's id. */
  public Uni<Loaded> load(byte[] file, @Nullable String name, boolean replace, String user) {
    if (file.length > config.dag().maxBytes()) {
      throw new ProblemException(
          Problem.BODY_TOO_LARGE, "A template has at most " + config.dag().maxBytes() + " bytes.");
    }
    GraphMlReader.Result read = read(file);
    String dagName = name == null || name.isEmpty() ? read.dag().name() : name;
    if (!NAME.matcher(dagName).matches()) {
      throw ProblemException.invalid(
          "?name",
          "a DAG's name has 1 to 100 letters, digits, dots, dashes and underscores, not '"
              + dagName
              + "'; give it by ?name= or as the graph's id");
    }
    Dag dag = new Dag(dagName, read.dag().description(), read.dag().nodes(), read.dag().edges());
    return store
        .extensions()
        .invoke(known -> refuseUnknownTypes(dag, known))
        .flatMap(known -> store.add(entity(dag, user), replace).map(how -> how))
        .flatMap(
            how ->
                how == TemplateStore.Added.EXISTS
                    ? Uni.createFrom()
                        .failure(
                            new ProblemException(
                                Problem.ALREADY_EXISTS,
                                "There is a DAG " + dagName + "; replace it with ?replace=true."))
                    : store
                        .latest(dagName)
                        .map(e -> new Loaded(e.orElseThrow(), how, read.warnings())));
  }

  private GraphMlReader.Result read(byte[] file) {
    try {
      GraphMlReader.Result result = GraphMlReader.read(file, config.dag().maxNodes());
      List<String> cycle = DagCheck.cycle(result.dag());
      if (!cycle.isEmpty()) {
        throw new ProblemException(
            Problem.DAG_HAS_CYCLE,
            "These nodes wait for each other: " + String.join(" -> ", cycle));
      }
      return result;
    } catch (GraphMlException e) {
      throw new ProblemException(
          e.wellFormed() ? Problem.GRAPH_INVALID : Problem.MALFORMED_XML,
          String.valueOf(e.getMessage()),
          e.faults().stream().map(f -> Problem.Item.line(f.line(), f.detail())).toList());
    }
  }

  private static void refuseUnknownTypes(Dag dag, Map<String, String> known) {
    List<Problem.Item> items =
        DagCheck.unknownTypes(dag, known.keySet()).entrySet().stream()
            .map(
                unknown ->
                    Problem.Item.line(
                        unknown.getKey().line(),
                        "edge "
                            + unknown.getKey().key()
                            + ": data type '"
                            + unknown.getValue()
                            + "'"))
            .toList();
    if (!items.isEmpty()) {
      throw new ProblemException(
          Problem.UNKNOWN_DATATYPE,
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
    entity.nvertices = dag.nodes().size();
    entity.nedges = dag.edges().size();
    entity.tsDef = clock.instant();
    return entity;
  }

  /** The stored template of that name. */
  public Uni<DagEntity> get(String name) {
    return store
        .latest(name)
        .map(
            found ->
                found.orElseThrow(
                    () ->
                        new ProblemException(
                            Problem.UNKNOWN_DAG, "There is no DAG " + name + ".")));
  }

  /** The template, parsed, with the extensions of the data types. */
  public Uni<Usable> usable(String name) {
    return get(name)
        .flatMap(
            entity ->
                store.extensions().map(ext -> new Usable(parse(entity), entity.version, ext)));
  }

  /** What is stored was checked when it came in. */
  public static Dag parse(DagEntity entity) {
    try {
      return GraphMlReader.read(
              entity.graphml.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE / 32)
          .dag();
    } catch (GraphMlException e) {
      throw new IllegalStateException("stored DAG " + entity.name + " can't be read", e);
    }
  }
}
