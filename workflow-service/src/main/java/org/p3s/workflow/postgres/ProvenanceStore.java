package org.p3s.workflow.postgres;

import static org.p3s.workflow.postgres.Columns.instant;
import static org.p3s.workflow.postgres.Columns.strings;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.ObservedFile;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.domain.Hash;

/** How a job was made and run: enough to tell whether another one was made the same way. */
@ApplicationScoped
public class ProvenanceStore {

  /**
   * How an attempt ended, and where it ran; null where no payload was started.
   *
   * @param inputs what it found of its inputs when the payload began
   */
  public record Attempt(
      int attempt,
      String state,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason,
      @Nullable UUID pilot,
      @Nullable String site,
      @Nullable String host,
      @Nullable Long pid,
      @Nullable String hostWorkdir,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      @Nullable Instant tsDis,
      @Nullable Instant tsSta,
      @Nullable Instant tsSto,
      List<ObservedFile> inputs) {

    static Attempt of(Row row) {
      return new Attempt(
          row.getInteger("attempt"),
          row.getString("state"),
          row.getInteger("errcode"),
          row.getInteger("signal"),
          row.getString("reason"),
          row.getUUID("pilot"),
          row.getString("site"),
          row.getString("host"),
          row.getLong("pid"),
          row.getString("host_workdir"),
          row.getDouble("cpu_s"),
          row.getLong("max_rss_kib"),
          instant(row, "ts_dis"),
          instant(row, "ts_sta"),
          instant(row, "ts_sto"),
          seen((JsonArray) row.getValue("inputs")));
    }

    private static List<ObservedFile> seen(@Nullable JsonArray files) {
      if (files == null) {
        return List.of();
      }
      try {
        return List.of(JsonCodec.mapper().readValue(files.encode(), ObservedFile[].class));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("stored files can't be read", e);
      }
    }
  }

  /** A file that it read or wrote; size in bytes, null where nobody saw it. */
  public record FileRef(
      @Nullable UUID uuid,
      String path,
      @Nullable String state,
      @Nullable Long size,
      @Nullable String checksum) {}

  /**
   * The answer.
   *
   * @param dagHash SHA-256 of the template's GraphML, null for a job of no workflow
   * @param envHash SHA-256 of the environment's lines {@code NAME=VALUE}, sorted by name, each
   *     ended by a zero byte; without what the pilot adds
   * @param attempts in order; those that have not ended are not among them
   */
  public record Provenance(
      UUID job,
      String name,
      @Nullable UUID wfuuid,
      @Nullable String node,
      @Nullable String dag,
      @Nullable Integer dagVersion,
      @Nullable String dagHash,
      @Nullable String user,
      String payload,
      @Nullable String params,
      Map<String, String> env,
      String envHash,
      List<FileRef> inputs,
      List<FileRef> outputs,
      @Nullable UUID rerunOf,
      List<Attempt> attempts) {}

  private final Pool pool;

  ProvenanceStore(Pool pool) {
    this.pool = pool;
  }

  public Uni<Provenance> of(UUID job) {
    Tuple key = Tuple.of(job);
    return Uni.combine()
        .all()
        .unis(
            pool.preparedQuery(
                    """
                    SELECT j.*, w.dag, w.dag_version, d.hash
                    FROM job j LEFT JOIN workflow w ON w.uuid = j.wfuuid
                    LEFT JOIN dag d ON d.name = w.dag AND d.version = w.dag_version
                    WHERE j.uuid = $1
                    """)
                .execute(key),
            pool.preparedQuery("SELECT * FROM attempt WHERE job = $1 ORDER BY attempt")
                .execute(key),
            pool.preparedQuery(
                    """
                    SELECT d.* FROM job j JOIN dataset d ON d.wfuuid = j.wfuuid
                      AND j.node IN (d.source, d.target)
                    WHERE j.uuid = $1
                    """)
                .execute(key))
        .asTuple()
        .map(
            parts -> {
              if (parts.getItem1().size() == 0) {
                throw ProblemException.notFound("job", job);
              }
              return provenance(
                  parts.getItem1().iterator().next(), parts.getItem2(), parts.getItem3());
            });
  }

  private static Provenance provenance(Row job, RowSet<Row> attempts, RowSet<Row> data) {
    List<Attempt> past = attempts.stream().map(Attempt::of).toList();
    // A job of no workflow has no datasets; its last attempt knows what it read.
    Stream<FileRef> seen =
        past.stream()
            .skip(Math.max(0, past.size() - 1))
            .flatMap(attempt -> attempt.inputs().stream())
            .map(ProvenanceStore::file);
    Map<String, FileRef> files =
        Stream.concat(data.stream().map(ProvenanceStore::file), seen)
            .collect(Collectors.toMap(FileRef::path, f -> f, (a, b) -> a.size() == null ? b : a));
    Map<String, String> env = strings(job, "env");
    String infile = job.getString("infile");
    List<String> inputs = Arrays.asList(job.getArrayOfStrings("inputs"));
    return new Provenance(
        job.getUUID("uuid"),
        job.getString("name"),
        job.getUUID("wfuuid"),
        job.getString("node"),
        job.getString("dag"),
        job.getInteger("dag_version"),
        job.getString("hash"),
        job.getString("usr"),
        job.getString("payload"),
        job.getString("params"),
        env,
        Hash.ofEnvironment(env),
        files(inputs.isEmpty() && infile != null ? List.of(infile) : inputs, files),
        files(Arrays.asList(job.getArrayOfStrings("outputs")), files),
        job.getUUID("rerun_of"),
        past);
  }

  private static List<FileRef> files(List<String> paths, Map<String, FileRef> known) {
    return paths.stream()
        .map(path -> known.getOrDefault(path, new FileRef(null, path, null, null, null)))
        .toList();
  }

  private static FileRef file(ObservedFile seen) {
    return new FileRef(
        null, seen.path(), seen.exists() ? "ready" : "missing", seen.size(), seen.checksum());
  }

  private static FileRef file(Row row) {
    return new FileRef(
        row.getUUID("uuid"),
        row.getString("path"),
        row.getString("state"),
        row.getLong("size"),
        row.getString("checksum"));
  }
}
