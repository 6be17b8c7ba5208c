package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.app.DagTemplateReader.StoredTemplates;
import org.p3s.workflow.app.DagTemplateReader.TemplateId;
import org.p3s.workflow.domain.Dag;

/** Provides templates for making workflows; keeps the parsed graphs of those used last. */
@ApplicationScoped
class ParsedTemplates {

  private static final int CACHE_SIZE = 50;

  private final DagTemplateReader reader;
  private final TemplateFormat format;
  private final Vertx vertx;
  private final Map<TemplateId, Dag> cache =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<TemplateId, Dag> eldest) {
              return size() > CACHE_SIZE;
            }
          });

  ParsedTemplates(DagTemplateReader reader, TemplateFormat format, Vertx vertx) {
    this.reader = reader;
    this.format = format;
    this.vertx = vertx;
  }

  /** The latest versions of those templates, by name; unknown ones are left out. */
  Uni<Map<String, ParsedTemplate>> latest(Set<String> names) {
    return reader.latest(names).flatMap(this::parsed);
  }

  /** That version, as a workflow was made of it; also of a removed template. */
  Uni<ParsedTemplate> version(String name, int version) {
    return reader
        .version(name, version)
        .flatMap(this::parsed)
        .map(
            found -> {
              ParsedTemplate template = found.get(name);
              if (template == null) {
                throw new ProblemException(
                    WorkflowProblem.UNKNOWN_DAG,
                    "There is no version " + version + " of DAG " + name + ".");
              }
              return template;
            });
  }

  /** The graph of a stored template. */
  Uni<Dag> parse(String name, String graphml) {
    return vertx.executeBlocking(() -> format.readStored(name, graphml));
  }

  private Uni<Map<String, ParsedTemplate>> parsed(StoredTemplates stored) {
    List<TemplateId> missing = stored.ids().stream().filter(id -> !cache.containsKey(id)).toList();
    return parseAll(missing).map(fresh -> parsed(stored, fresh));
  }

  private Map<String, ParsedTemplate> parsed(StoredTemplates stored, Map<TemplateId, Dag> fresh) {
    Map<String, ParsedTemplate> templates = new HashMap<>();
    for (TemplateId id : stored.ids()) {
      Dag dag = fresh.containsKey(id) ? fresh.get(id) : cache.get(id);
      if (dag != null) {
        cache.put(id, dag);
        templates.put(id.name(), new ParsedTemplate(dag, id.version(), stored.extensions()));
      }
    }
    return templates;
  }

  private Uni<Map<TemplateId, Dag>> parseAll(List<TemplateId> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    // A large file takes too long to parse for an event loop.
    return reader
        .graphml(ids)
        .flatMap(
            files ->
                vertx.executeBlocking(
                    () -> {
                      Map<TemplateId, Dag> dags = new HashMap<>();
                      files.forEach((id, text) -> dags.put(id, format.readStored(id.name(), text)));
                      return dags;
                    }));
  }
}
