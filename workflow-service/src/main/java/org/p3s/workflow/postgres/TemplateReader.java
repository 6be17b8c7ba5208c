package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the path of a file reads of templates. The reactive client, not Hibernate: it is asked for
 * every batch of files, and consumers that try again do so outside of the event loop, where
 * Hibernate has no session.
 */
@ApplicationScoped
public class TemplateReader {

  /** Names a stored template; its time tells it from one that was removed. */
  public record Id(String name, int version, Instant tsDef) {}

  /** The templates of some names as they are now, and the extensions of all data types. */
  public record Current(List<Id> ids, Map<String, String> extensions) {}

  private final Pool pool;

  TemplateReader(Pool pool) {
    this.pool = pool;
  }

  public Uni<Current> current(Collection<String> names) {
    return pool.preparedQuery(
            """
            SELECT DISTINCT ON (name) name, version, ts_def,
                   (SELECT jsonb_object_agg(t.name, t.ext) FROM datatype t) AS ext
            FROM dag WHERE name = ANY($1::text[]) AND NOT removed ORDER BY name, version DESC
            """)
        .execute(Tuple.of(names.toArray(String[]::new)))
        .map(TemplateReader::current);
  }

  /** That version as it was stored, also of a removed template. */
  public Uni<Current> version(String name, int version) {
    return pool.preparedQuery(
            """
            SELECT name, version, ts_def,
                   (SELECT jsonb_object_agg(t.name, t.ext) FROM datatype t) AS ext
            FROM dag WHERE name = $1 AND version = $2
            """)
        .execute(Tuple.of(name, version))
        .map(TemplateReader::current);
  }

  private static Current current(RowSet<Row> rows) {
    return new Current(
        rows.stream().map(TemplateReader::id).toList(),
        rows.size() == 0 ? Map.of() : extensions(rows.iterator().next().getJsonObject("ext")));
  }

  private static Id id(Row row) {
    return new Id(
        row.getString("name"),
        row.getInteger("version"),
        Objects.requireNonNull(Columns.instant(row, "ts_def")));
  }

  private static Map<String, String> extensions(@Nullable JsonObject json) {
    Map<String, String> extensions = new LinkedHashMap<>();
    if (json != null) {
      json.forEach(entry -> extensions.put(entry.getKey(), String.valueOf(entry.getValue())));
    }
    return extensions;
  }

  /** GraphML by template; one that was removed in the meantime is missing. */
  public Uni<Map<Id, String>> graphml(List<Id> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return pool.preparedQuery(
            """
            SELECT d.name, d.version, d.ts_def, d.graphml
            FROM dag d JOIN unnest($1::text[], $2::int[]) AS u(name, version)
              ON d.name = u.name AND d.version = u.version
            """)
        .execute(
            Tuple.of(
                Columns.column(ids, Id::name, new String[0]),
                Columns.column(ids, Id::version, new Integer[0])))
        .map(
            rows -> {
              Map<Id, String> found = new LinkedHashMap<>();
              rows.forEach(row -> found.put(id(row), row.getString("graphml")));
              return found;
            });
  }
}
