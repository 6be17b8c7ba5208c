package org.p3s.workflow.postgres;

import static org.p3s.workflow.postgres.Columns.column;
import static org.p3s.workflow.postgres.Columns.instant;
import static org.p3s.workflow.postgres.Columns.json;
import static org.p3s.workflow.postgres.Columns.strings;
import static org.p3s.workflow.postgres.Columns.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.ObservedFile;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** Jobs as columns for {@code unnest}, and back. */
final class JobColumns {

  /** In the order of {@link WorkflowStatements#INSERT_JOBS}. */
  static List<Object> of(List<Job> jobs, Integer[] order) {
    return List.of(
        column(jobs, Job::uuid, new UUID[0]),
        column(jobs, Job::wfuuid, new UUID[0]),
        column(jobs, Job::node, new String[0]),
        order,
        column(jobs, Job::name, new String[0]),
        column(jobs, Job::jobtype, new String[0]),
        column(jobs, Job::payload, new String[0]),
        column(jobs, Job::params, new String[0]),
        column(jobs, j -> json(j.env()), new JsonObject[0]),
        column(jobs, Job::infile, new String[0]),
        column(jobs, Job::priority, new Integer[0]),
        column(jobs, Job::timelimit, new Long[0]),
        column(jobs, Job::maxattempts, new Integer[0]),
        column(jobs, Job::user, new String[0]),
        column(jobs, Job::site, new String[0]),
        column(jobs, Job::pUuid, new UUID[0]),
        column(jobs, Job::optional, new Boolean[0]),
        column(jobs, Job::onfailure, new String[0]),
        column(jobs, j -> json(j.requirements()), new JsonObject[0]),
        // An array of arrays must be rectangular in SQL; JSON need not.
        column(jobs, j -> new JsonArray(j.inputs()), new JsonArray[0]),
        column(jobs, j -> new JsonArray(j.outputs()), new JsonArray[0]),
        column(jobs, Job::staleafter, new Long[0]),
        column(jobs, Job::run, new Long[0]),
        column(jobs, Job::subrun, new Long[0]),
        column(jobs, Job::noop, new Boolean[0]),
        column(
            jobs,
            j -> new JsonArray(j.parents().stream().map(UUID::toString).toList()),
            new JsonArray[0]),
        column(jobs, j -> j.state().text(), new String[0]),
        column(jobs, j -> time(j.tsDef()), new OffsetDateTime[0]),
        column(jobs, Job::rerunOf, new UUID[0]));
  }

  /** In the order of {@link WorkflowStatements#UPDATE_ENDS}. */
  static List<Object> ofEnds(List<JobFinished> ends) {
    return List.of(
        column(ends, JobFinished::job, new UUID[0]),
        column(ends, JobFinished::attempt, new Integer[0]),
        column(ends, JobFinished::errcode, new Integer[0]),
        column(ends, JobFinished::signal, new Integer[0]),
        column(ends, JobFinished::reason, new String[0]),
        column(ends, JobFinished::pilot, new UUID[0]),
        column(ends, JobFinished::host, new String[0]),
        column(ends, JobFinished::pid, new Long[0]),
        column(ends, JobFinished::hostWorkdir, new String[0]),
        column(ends, JobFinished::cpuS, new Double[0]),
        column(ends, JobFinished::maxRssKib, new Long[0]),
        column(ends, e -> time(e.tsDis()), new OffsetDateTime[0]),
        column(ends, e -> time(e.tsSta()), new OffsetDateTime[0]),
        column(ends, e -> time(e.tsSto()), new OffsetDateTime[0]),
        column(ends, e -> e.state().json(), new String[0]),
        column(ends, JobFinished::site, new String[0]),
        column(ends, e -> files(e.inputs()), new JsonArray[0]));
  }

  private static @Nullable JsonArray files(List<ObservedFile> files) {
    if (files.isEmpty()) {
      return null;
    }
    try {
      return new JsonArray(JsonCodec.mapper().writeValueAsString(files));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("files can't be written", e);
    }
  }

  static Job job(Row row) {
    return new Job(
        row.getUUID("uuid"),
        row.getUUID("wfuuid"),
        row.getString("node"),
        row.getString("name"),
        row.getString("jobtype"),
        row.getString("payload"),
        row.getString("params"),
        strings(row, "env"),
        row.getString("infile"),
        row.getInteger("priority"),
        row.getLong("timelimit"),
        row.getInteger("attempt"),
        row.getInteger("maxattempts"),
        row.getString("usr"),
        row.getString("site"),
        row.getUUID("p_uuid"),
        row.getBoolean("optional"),
        row.getString("onfailure"),
        strings(row, "requirements"),
        Arrays.asList(row.getArrayOfStrings("inputs")),
        Arrays.asList(row.getArrayOfStrings("outputs")),
        row.getLong("staleafter"),
        row.getLong("run"),
        row.getLong("subrun"),
        row.getBoolean("noop"),
        Arrays.asList(row.getArrayOfUUIDs("parents")),
        JobState.of(row.getString("state")),
        Objects.requireNonNull(instant(row, "ts_def")),
        row.getUUID("rerun_of"));
  }

  private JobColumns() {}
}
