package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.ColumnArrays.column;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.DagTemplateReader;

/**
 * Reads templates for the path of files. The reactive client, not Hibernate: it is called for every
 * batch of files, and consumers call it again outside of the event loop after a failure, where
 * Hibernate has no session.
 */
@ApplicationScoped
class PgDagTemplateReader implements DagTemplateReader {

  private static final String LATEST =
      """
      SELECT DISTINCT ON (name) name, version, ts_def,
             (SELECT jsonb_object_agg(t.name, t.ext) FROM datatype t) AS ext
      FROM dag WHERE name = ANY($1::text[]) AND NOT removed ORDER BY name, version DESC
      """;

  private static final String VERSION =
      """
      SELECT name, version, ts_def,
             (SELECT jsonb_object_agg(t.name, t.ext) FROM datatype t) AS ext
      FROM dag WHERE name = $1 AND version = $2
      """;

  private static final String GRAPHML =
      """
      SELECT d.name, d.version, d.ts_def, d.graphml
      FROM dag d JOIN unnest($1::text[], $2::int[]) AS u(name, version)
        ON d.name = u.name AND d.version = u.version
      """;

  private final Pool pool;

  PgDagTemplateReader(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<StoredTemplates> latest(Collection<String> names) {
    return pool.preparedQuery(LATEST)
        .execute(Tuple.of(names.toArray(String[]::new)))
        .map(PgDagTemplateReader::templates);
  }

  @Override
  public Uni<StoredTemplates> version(String name, int version) {
    return pool.preparedQuery(VERSION)
        .execute(Tuple.of(name, version))
        .map(PgDagTemplateReader::templates);
  }

  private static StoredTemplates templates(RowSet<Row> rows) {
    Map<String, String> extensions = RowValues.first(rows, row -> JsonbColumns.strings(row, "ext"));
    return new StoredTemplates(
        RowValues.list(rows, PgDagTemplateReader::id), extensions == null ? Map.of() : extensions);
  }

  private static TemplateId id(Row row) {
    return new TemplateId(
        row.getString("name"), row.getInteger("version"), RowValues.instant(row, "ts_def"));
  }

  @Override
  public Uni<Map<TemplateId, String>> graphml(List<TemplateId> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return pool.preparedQuery(GRAPHML)
        .execute(
            Tuple.of(
                column(ids, TemplateId::name, new String[0]),
                column(ids, TemplateId::version, new Integer[0])))
        .map(
            rows -> {
              Map<TemplateId, String> found = new LinkedHashMap<>();
              rows.forEach(row -> found.put(id(row), row.getString("graphml")));
              return found;
            });
  }
}
