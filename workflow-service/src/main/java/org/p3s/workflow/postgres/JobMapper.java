package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.ColumnArrays.column;
import static org.p3s.platform.sql.RowValues.instant;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobBuilder;
import org.p3s.workflow.domain.JobState;

/** Maps jobs to the columns of the table {@code job} and back. */
final class JobMapper {

  /** The parameters of {@link WorkflowStatements#INSERT_JOBS}. */
  static Tuple insertParameters(List<Job> jobs) {
    return Tuple.from(
        List.of(
            column(jobs, Job::uuid, new UUID[0]),
            column(jobs, Job::wfuuid, new UUID[0]),
            column(jobs, Job::node, new String[0]),
            positions(jobs),
            column(jobs, Job::name, new String[0]),
            column(jobs, Job::jobtype, new String[0]),
            column(jobs, Job::payload, new String[0]),
            column(jobs, Job::params, new String[0]),
            column(jobs, j -> JsonbColumns.object(j.env()), new JsonObject[0]),
            column(jobs, Job::infile, new String[0]),
            column(jobs, Job::priority, new Integer[0]),
            column(jobs, Job::timelimit, new Long[0]),
            column(jobs, Job::maxattempts, new Integer[0]),
            column(jobs, Job::user, new String[0]),
            column(jobs, Job::site, new String[0]),
            column(jobs, Job::pUuid, new UUID[0]),
            column(jobs, Job::optional, new Boolean[0]),
            column(jobs, Job::onfailure, new String[0]),
            column(jobs, j -> JsonbColumns.object(j.requirements()), new JsonObject[0]),
            // JSON, because in SQL all rows of an array of arrays must have the same length.
            column(jobs, j -> new JsonArray(j.inputs()), new JsonArray[0]),
            column(jobs, j -> new JsonArray(j.outputs()), new JsonArray[0]),
            column(jobs, Job::staleafter, new Long[0]),
            column(jobs, Job::run, new Long[0]),
            column(jobs, Job::subrun, new Long[0]),
            column(jobs, Job::noop, new Boolean[0]),
            column(jobs, JobMapper::parents, new JsonArray[0]),
            column(jobs, j -> j.state().text(), new String[0]),
            column(jobs, j -> RowValues.time(j.tsDef()), new OffsetDateTime[0]),
            column(jobs, Job::rerunOf, new UUID[0])));
  }

  private static JsonArray parents(Job job) {
    return new JsonArray(job.parents().stream().map(UUID::toString).toList());
  }

  /** 0, 1, 2 ...: the places of items in their list. */
  static Integer[] positions(List<?> items) {
    Integer[] positions = new Integer[items.size()];
    Arrays.setAll(positions, i -> i);
    return positions;
  }

  static Job job(Row row) {
    return JobBuilder.builder()
        .uuid(row.getUUID("uuid"))
        .wfuuid(row.getUUID("wfuuid"))
        .node(row.getString("node"))
        .name(row.getString("name"))
        .jobtype(row.getString("jobtype"))
        .payload(row.getString("payload"))
        .params(row.getString("params"))
        .env(JsonbColumns.strings(row, "env"))
        .infile(row.getString("infile"))
        .priority(row.getInteger("priority"))
        .timelimit(row.getLong("timelimit"))
        .attempt(row.getInteger("attempt"))
        .maxattempts(row.getInteger("maxattempts"))
        .user(row.getString("usr"))
        .site(row.getString("site"))
        .pUuid(row.getUUID("p_uuid"))
        .optional(row.getBoolean("optional"))
        .onfailure(row.getString("onfailure"))
        .requirements(JsonbColumns.strings(row, "requirements"))
        .inputs(Arrays.asList(row.getArrayOfStrings("inputs")))
        .outputs(Arrays.asList(row.getArrayOfStrings("outputs")))
        .staleafter(row.getLong("staleafter"))
        .run(row.getLong("run"))
        .subrun(row.getLong("subrun"))
        .noop(row.getBoolean("noop"))
        .parents(Arrays.asList(row.getArrayOfUUIDs("parents")))
        .state(JobState.of(row.getString("state")))
        .tsDef(instant(row, "ts_def"))
        .rerunOf(row.getUUID("rerun_of"))
        .build();
  }

  private JobMapper() {}
}
