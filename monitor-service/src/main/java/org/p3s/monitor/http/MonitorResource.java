package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.projection.Reader;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Everything that was seen, for people, scripts and Grafana; lists are newest first. */
@Path("/api/v1")
public class MonitorResource {

  private static final Set<String> JOB_STATES =
      Set.of(
          "defined",
          "dispatched",
          "running",
          "finished",
          "timelimit",
          "pilot-timeout",
          "nonstarter",
          "killed",
          "cancelled",
          "dropped");
  private static final Set<String> WORKFLOW_STATES =
      Set.of("template", "running", "finished", "failed", "cancelled");
  private static final Set<String> FILE_STATES = Set.of("arrived", "processed", "failed");

  private final Reader reader;
  private final Summary summary;

  MonitorResource(Reader reader, Summary summary) {
    this.reader = reader;
    this.summary = summary;
  }

  @GET
  @Path("summary")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Map<String, @Nullable Object>> summary() {
    return summary.get();
  }

  @GET
  @Path("jobs")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> jobs(
      @QueryParam("state") @Nullable String state,
      @QueryParam("jobtype") @Nullable String jobtype,
      @QueryParam("wfuuid") @Nullable UUID workflow,
      @QueryParam("site") @Nullable String site,
      @QueryParam("name") @Nullable String name,
      @QueryParam("since") @Nullable String since,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("state", state(state, JOB_STATES));
    filters.put("jobtype", jobtype);
    filters.put("wfuuid", workflow);
    filters.put("site", site);
    filters.put("name", name);
    filters.put("ts_def >=", time(since));
    int size = Paging.limit(limit);
    return reader.jobs(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  /** With the last part of its output. */
  @GET
  @Path("jobs/{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Map<String, @Nullable Object>> job(@PathParam("uuid") UUID uuid) {
    return reader.job(uuid).map(rows -> one(rows, "job", uuid));
  }

  @GET
  @Path("workflows")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> workflows(
      @QueryParam("state") @Nullable String state,
      @QueryParam("dag") @Nullable String dag,
      @QueryParam("name") @Nullable String name,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("state", state(state, WORKFLOW_STATES));
    filters.put("dag", dag);
    filters.put("name", name);
    int size = Paging.limit(limit);
    return reader.workflows(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  /** With its jobs, as far as they were defined. */
  @GET
  @Path("workflows/{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Map<String, @Nullable Object>> workflow(@PathParam("uuid") UUID uuid) {
    return reader
        .workflows(Map.of("uuid", uuid), null, 1)
        .map(rows -> one(rows, "workflow", uuid))
        .flatMap(
            workflow ->
                reader
                    .jobs(Map.of("wfuuid", uuid), null, 10_000)
                    .map(
                        jobs -> {
                          workflow.put("jobs", jobs);
                          return workflow;
                        }));
  }

  @GET
  @Path("pilots")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> pilots(
      @QueryParam("state") @Nullable String state,
      @QueryParam("site") @Nullable String site,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("state", state);
    filters.put("site", site);
    int size = Paging.limit(limit);
    return reader.pilots(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  @GET
  @Path("files")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> files(
      @QueryParam("state") @Nullable String state,
      @QueryParam("watch") @Nullable String watch,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("state", state(state, FILE_STATES));
    filters.put("watch", watch);
    int size = Paging.limit(limit);
    return reader.files(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  @GET
  @Path("services")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> services(
      @QueryParam("name") @Nullable String service,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("service", service);
    int size = Paging.limit(limit);
    return reader.services(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  @GET
  @Path("dqm/results")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> results(
      @QueryParam("run") @Nullable Long run,
      @QueryParam("type") @Nullable String type,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("run", run);
    filters.put("type", type);
    int size = Paging.limit(limit);
    return reader.dqm(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  static Page<Map<String, @Nullable Object>> page(
      List<Map<String, @Nullable Object>> rows, int size) {
    return Page.of(rows, size, row -> String.valueOf(row.get("uuid")));
  }

  private static Map<String, @Nullable Object> one(
      List<Map<String, @Nullable Object>> rows, String what, UUID uuid) {
    if (rows.isEmpty()) {
      throw ProblemException.notFound(what, uuid);
    }
    return rows.get(0);
  }

  private static @Nullable String state(@Nullable String state, Set<String> known) {
    if (state != null && !known.contains(state)) {
      throw ProblemException.invalid(
          "?state", "is one of " + known.stream().sorted().toList() + ", not '" + state + "'");
    }
    return state;
  }

  private static @Nullable OffsetDateTime time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text).atOffset(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw ProblemException.invalid("?since", "is a time such as 2026-11-24T10:00:00Z");
    }
  }
}
