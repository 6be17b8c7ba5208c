package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.app.Lineage;
import org.p3s.workflow.app.Lineage.JobRef;
import org.p3s.workflow.app.Lineage.LineageFile;
import org.p3s.workflow.app.LineageQueries;

/**
 * Finds the lineage of files in PostgreSQL. Inside of a workflow it follows the edges. From one
 * workflow to another it follows the path: the output of one is an input from outside of the other.
 */
@ApplicationScoped
class PgLineageQueries implements LineageQueries {

  private static final int MAX_FILES = 1_000;

  // The limit of the depth ends cycles: a file may be written again by a job that reads what was
  // made of it.
  private static final String WALK =
      """
      WITH RECURSIVE walk(uuid, depth) AS (
        SELECT $1::uuid, 0
        UNION
        SELECT x.uuid, w.depth + 1
        FROM walk w JOIN dataset d ON d.uuid = w.uuid CROSS JOIN LATERAL (%s) AS x
        WHERE w.depth < 50
      ), near AS (
        SELECT uuid, min(depth) AS depth FROM walk GROUP BY uuid ORDER BY 2, 1 LIMIT $2
      )
      SELECT n.depth, d.*, f.dag, f.dag_version,
             m.uuid AS m_uuid, m.node AS m_node, m.jobtype AS m_jobtype, m.state AS m_state,
             m.errcode AS m_errcode, m.host AS m_host, m.attempt AS m_attempt,
             m.rerun_of AS m_rerun_of, m.noop AS m_noop,
             r.uuid AS r_uuid, r.node AS r_node, r.jobtype AS r_jobtype, r.state AS r_state,
             r.errcode AS r_errcode, r.host AS r_host, r.attempt AS r_attempt,
             r.rerun_of AS r_rerun_of, r.noop AS r_noop
      FROM near n JOIN dataset d ON d.uuid = n.uuid JOIN workflow f ON f.uuid = d.wfuuid
      JOIN dataset s ON s.wfuuid = d.wfuuid AND s.path = d.path AND s.source = d.source
      LEFT JOIN job m ON m.wfuuid = d.wfuuid AND m.node = d.source
      LEFT JOIN job r ON r.wfuuid = s.wfuuid AND r.node = s.target
      ORDER BY n.depth, d.uuid, s.ord
      """;

  // A path may be written several times: a reader has read what the last writer before it wrote. A
  // file without a directory belongs to its job alone.
  private static final String UP =
      WALK.formatted(
          """
          SELECT e.uuid FROM dataset e WHERE e.wfuuid = d.wfuuid AND e.target = d.source
          UNION ALL
          (SELECT e.uuid FROM dataset e
           JOIN job m ON m.wfuuid = e.wfuuid AND m.node = e.source AND NOT m.noop
           WHERE e.path = d.path AND e.dirpath <> '' AND e.wfuuid <> d.wfuuid
             AND e.state = 'ready' AND m.state = 'finished' AND m.reason IS NULL
             AND m.ts_sto <= coalesce((SELECT r.ts_sta FROM job r
                                       WHERE r.wfuuid = d.wfuuid AND r.node = d.target), 'infinity')
             AND EXISTS (SELECT FROM job n WHERE n.wfuuid = d.wfuuid AND n.node = d.source
                         AND n.noop AND n.parents = '{}')
           ORDER BY m.ts_sto DESC LIMIT 1)
          """);

  private static final String DOWN =
      WALK.formatted(
          """
          SELECT e.uuid FROM dataset s
          JOIN dataset e ON e.wfuuid = s.wfuuid AND e.source = s.target
          WHERE s.wfuuid = d.wfuuid AND s.path = d.path
          UNION ALL
          SELECT e.uuid FROM job m
          JOIN dataset e ON e.path = d.path AND e.dirpath <> '' AND e.wfuuid <> d.wfuuid
          JOIN job n ON n.wfuuid = e.wfuuid AND n.node = e.source AND n.noop AND n.parents = '{}'
          LEFT JOIN job r ON r.wfuuid = e.wfuuid AND r.node = e.target
          WHERE m.wfuuid = d.wfuuid AND m.node = d.source AND NOT m.noop
            AND m.ts_sto <= coalesce(r.ts_sta, 'infinity')
            AND NOT EXISTS (
              SELECT FROM dataset o
              JOIN job w ON w.wfuuid = o.wfuuid AND w.node = o.source AND NOT w.noop
              WHERE o.path = d.path AND o.wfuuid <> d.wfuuid AND o.state = 'ready'
                AND w.state = 'finished' AND w.reason IS NULL
                AND w.ts_sto > m.ts_sto AND w.ts_sto <= coalesce(r.ts_sta, 'infinity'))
          """);

  private final Pool pool;

  PgLineageQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Lineage> lineage(UUID dataset) {
    return Uni.combine()
        .all()
        .unis(walk(UP, dataset), walk(DOWN, dataset))
        .asTuple()
        .map(
            both -> {
              List<LineageFile> up = both.getItem1();
              List<LineageFile> down = both.getItem2();
              if (up.isEmpty()) {
                throw ProblemException.notFound("dataset", dataset);
              }
              return new Lineage(up.get(0), up.subList(1, up.size()), down.subList(1, down.size()));
            });
  }

  private Uni<List<LineageFile>> walk(String statement, UUID dataset) {
    return pool.preparedQuery(statement)
        .execute(Tuple.of(dataset, MAX_FILES))
        .map(PgLineageQueries::files);
  }

  // A file on several edges is one file with several readers.
  private static List<LineageFile> files(RowSet<Row> rows) {
    record Key(UUID wfuuid, String path) {}
    Map<Key, LineageFile> files = new LinkedHashMap<>();
    for (Row row : rows) {
      Key key = new Key(row.getUUID("wfuuid"), row.getString("path"));
      LineageFile file =
          files.computeIfAbsent(
              key,
              k ->
                  new LineageFile(
                      row.getInteger("depth"),
                      ViewMapper.dataset(row),
                      job(row, "m_"),
                      new ArrayList<>()));
      JobRef reader = job(row, "r_");
      if (reader != null && !file.readBy().contains(reader)) {
        file.readBy().add(reader);
      }
    }
    return List.copyOf(files.values());
  }

  private static @Nullable JobRef job(Row row, String prefix) {
    UUID uuid = row.getUUID(prefix + "uuid");
    if (uuid == null || row.getBoolean(prefix + "noop")) {
      return null;
    }
    return new JobRef(
        uuid,
        row.getString(prefix + "node"),
        row.getString(prefix + "jobtype"),
        row.getString(prefix + "state"),
        row.getInteger(prefix + "errcode"),
        row.getUUID("wfuuid"),
        row.getString("dag"),
        row.getInteger("dag_version"),
        row.getString(prefix + "host"),
        row.getInteger(prefix + "attempt"),
        row.getUUID(prefix + "rerun_of"));
  }
}
