package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.RowValues.instantOrNull;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.p3s.contracts.ObservedFile;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.Provenance;
import org.p3s.workflow.app.Provenance.FileRef;
import org.p3s.workflow.app.Provenance.PastAttempt;
import org.p3s.workflow.app.ProvenanceBuilder;
import org.p3s.workflow.app.ProvenancePastAttemptBuilder;
import org.p3s.workflow.app.ProvenanceQueries;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.Hash;

/** Finds the provenance of jobs in PostgreSQL. */
@ApplicationScoped
class PgProvenanceQueries implements ProvenanceQueries {

  private static final String JOB =
      """
      SELECT j.*, w.dag, w.dag_version, d.hash
      FROM job j LEFT JOIN workflow w ON w.uuid = j.wfuuid
      LEFT JOIN dag d ON d.name = w.dag AND d.version = w.dag_version
      WHERE j.uuid = $1
      """;

  private static final String ATTEMPTS = "SELECT * FROM attempt WHERE job = $1 ORDER BY attempt";

  private static final String DATASETS =
      """
      SELECT d.* FROM job j JOIN dataset d ON d.wfuuid = j.wfuuid
        AND j.node IN (d.source, d.target)
      WHERE j.uuid = $1
      """;

  private final Pool pool;

  PgProvenanceQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Provenance> provenance(UUID job) {
    Tuple key = Tuple.of(job);
    return Uni.combine()
        .all()
        .unis(
            pool.preparedQuery(JOB).execute(key),
            pool.preparedQuery(ATTEMPTS).execute(key),
            pool.preparedQuery(DATASETS).execute(key))
        .asTuple()
        .map(
            parts -> {
              if (parts.getItem1().size() == 0) {
                throw ProblemException.notFound("job", job);
              }
              return provenance(
                  parts.getItem1().iterator().next(),
                  RowValues.list(parts.getItem2(), PgProvenanceQueries::attempt),
                  parts.getItem3());
            });
  }

  private static Provenance provenance(Row job, List<PastAttempt> attempts, RowSet<Row> datasets) {
    Map<String, FileRef> files = filesByPath(datasets, attempts);
    Map<String, String> env = JsonbColumns.strings(job, "env");
    String infile = job.getString("infile");
    List<String> inputs = Arrays.asList(job.getArrayOfStrings("inputs"));
    return ProvenanceBuilder.builder()
        .job(job.getUUID("uuid"))
        .name(job.getString("name"))
        .wfuuid(job.getUUID("wfuuid"))
        .node(job.getString("node"))
        .dag(job.getString("dag"))
        .dagVersion(job.getInteger("dag_version"))
        .dagHash(job.getString("hash"))
        .user(job.getString("usr"))
        .payload(job.getString("payload"))
        .params(job.getString("params"))
        .env(env)
        .envHash(Hash.ofEnvironment(env))
        .inputs(files(inputs.isEmpty() && infile != null ? List.of(infile) : inputs, files))
        .outputs(files(Arrays.asList(job.getArrayOfStrings("outputs")), files))
        .rerunOf(job.getUUID("rerun_of"))
        .attempts(attempts)
        .build();
  }

  // A job of no workflow has no datasets; what it read is known from its last attempt.
  private static Map<String, FileRef> filesByPath(
      RowSet<Row> datasets, List<PastAttempt> attempts) {
    Stream<FileRef> observed =
        attempts.stream()
            .skip(Math.max(0, attempts.size() - 1))
            .flatMap(attempt -> attempt.inputs().stream())
            .map(PgProvenanceQueries::file);
    return Stream.concat(datasets.stream().map(PgProvenanceQueries::file), observed)
        .collect(Collectors.toMap(FileRef::path, f -> f, (a, b) -> a.size() == null ? b : a));
  }

  private static List<FileRef> files(List<String> paths, Map<String, FileRef> known) {
    return paths.stream()
        .map(path -> known.getOrDefault(path, new FileRef(null, path, null, null, null)))
        .toList();
  }

  private static FileRef file(ObservedFile file) {
    return new FileRef(
        null,
        file.path(),
        DatasetState.observed(file.exists()).text(),
        file.size(),
        file.checksum());
  }

  private static FileRef file(Row dataset) {
    return new FileRef(
        dataset.getUUID("uuid"),
        dataset.getString("path"),
        dataset.getString("state"),
        dataset.getLong("size"),
        dataset.getString("checksum"));
  }

  private static PastAttempt attempt(Row row) {
    return ProvenancePastAttemptBuilder.builder()
        .attempt(row.getInteger("attempt"))
        .state(row.getString("state"))
        .errcode(row.getInteger("errcode"))
        .signal(row.getInteger("signal"))
        .reason(row.getString("reason"))
        .pilot(row.getUUID("pilot"))
        .site(row.getString("site"))
        .host(row.getString("host"))
        .pid(row.getLong("pid"))
        .hostWorkdir(row.getString("host_workdir"))
        .cpuS(row.getDouble("cpu_s"))
        .maxRssKib(row.getLong("max_rss_kib"))
        .tsDis(instantOrNull(row, "ts_dis"))
        .tsSta(instantOrNull(row, "ts_sta"))
        .tsSto(instantOrNull(row, "ts_sto"))
        .inputs(JsonbColumns.files(row, "inputs"))
        .build();
  }
}
