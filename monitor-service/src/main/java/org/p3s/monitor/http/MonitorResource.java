package org.p3s.monitor.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Ids;
import org.p3s.contracts.ServiceRecord;
import org.p3s.monitor.projection.Changes;
import org.p3s.monitor.projection.Reader;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.http.ProblemException;
import org.p3s.platform.outbox.Outbox;

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
      Set.of("running", "finished", "failed", "cancelled");
  private static final Set<String> FILE_STATES = Set.of("arrived", "processed", "failed");
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  /** A line for the service log. */
  public record Note(@Nullable String service, @Nullable String message) {}

  /** A data quality result from a tool. */
  public record Result(
      @Nullable Long run,
      @Nullable Long subrun,
      @Nullable String type,
      @Nullable Instant ts,
      @Nullable Map<String, Object> values,
      @Nullable Map<String, Object> limits) {}

  private final Reader reader;
  private final Summary summary;
  private final Changes changes;
  private final Outbox outbox;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  MonitorResource(
      Reader reader,
      Summary summary,
      Changes changes,
      Outbox outbox,
      InstantSource clock,
      SecurityIdentity identity) {
    this.reader = reader;
    this.summary = summary;
    this.changes = changes;
    this.outbox = outbox;
    this.clock = clock;
    this.identity = identity;
  }

  @GET
  @Path("summary")
  @RolesAllowed("viewer")
  public Uni<Map<String, @Nullable Object>> summary() {
    return summary.get();
  }

  @GET
  @Path("jobs")
  @RolesAllowed("viewer")
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
  @RolesAllowed("viewer")
  public Uni<Map<String, @Nullable Object>> job(@PathParam("uuid") UUID uuid) {
    return reader.job(uuid).map(rows -> one(rows, "job", uuid));
  }

  @GET
  @Path("workflows")
  @RolesAllowed("viewer")
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
  @RolesAllowed("viewer")
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
  @RolesAllowed("viewer")
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
  @RolesAllowed("viewer")
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
  @RolesAllowed("viewer")
  public Uni<Page<Map<String, @Nullable Object>>> services(
      @QueryParam("name") @Nullable String service,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("service", service);
    int size = Paging.limit(limit);
    return reader.services(filters, Paging.after(after), size + 1).map(rows -> page(rows, size));
  }

  /** Writes a line into the service log. */
  @POST
  @Path("services")
  @RolesAllowed("operator")
  public Uni<Response> note(@Nullable Note note) {
    if (note == null || blank(note.service()) || blank(note.message())) {
      throw ProblemException.invalid("/message", "service and message are both needed");
    }
    ServiceRecord record =
        new ServiceRecord(
            Ids.next(),
            String.valueOf(note.service()),
            "info",
            String.valueOf(note.message()),
            clock.instant());
    return outbox
        .transact(
            tx -> {
              tx.emit(record);
              return Uni.createFrom().item(record);
            })
        .map(stored -> Response.status(201).entity(stored).build());
  }

  @GET
  @Path("dqm/results")
  @RolesAllowed("viewer")
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

  /** Takes results from tools; they come back by the topic, as those of payloads do. */
  @POST
  @Path("dqm/results")
  @RolesAllowed("operator")
  public Uni<Response> addResults(@Nullable List<Result> results) {
    if (results == null || results.isEmpty()) {
      throw ProblemException.invalid("/", "a list of results");
    }
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      if (result.run() == null || blank(result.type()) || result.values() == null) {
        throw ProblemException.invalid("/" + i, "run, type and values are all needed");
      }
    }
    List<DqmResult> events = results.stream().map(this::event).toList();
    return outbox
        .transact(
            tx -> {
              tx.emit(events);
              return Uni.createFrom().item(events);
            })
        .map(stored -> Response.status(201).entity(new Page<>(stored, null)).build());
  }

  private DqmResult event(Result result) {
    return new DqmResult(
        Ids.next(),
        java.util.Objects.requireNonNull(result.run()),
        result.subrun(),
        String.valueOf(result.type()),
        java.util.Objects.requireNonNull(result.values()),
        result.limits(),
        null,
        null,
        result.ts() == null ? clock.instant() : result.ts());
  }

  /** Server-sent events: the kinds of things that changed, and with each a fresh summary. */
  @GET
  @Path("events")
  @RolesAllowed("viewer")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> events(@Context Sse sse) {
    Multi<OutboundSseEvent> changed =
        changes.stream()
            .onItem()
            .transformToMultiAndConcatenate(
                kinds ->
                    summary
                        .get()
                        .toMulti()
                        .flatMap(
                            now ->
                                Multi.createBy()
                                    .concatenating()
                                    .streams(
                                        Multi.createFrom()
                                            .iterable(kinds)
                                            .map(kind -> sse.newEvent(kind, "{}")),
                                        Multi.createFrom().item(event(sse, now)))));
    Multi<OutboundSseEvent> alive =
        Multi.createFrom()
            .ticks()
            .every(KEEP_ALIVE)
            .onOverflow()
            .drop()
            .map(tick -> sse.newEventBuilder().comment("alive").build());
    return Multi.createBy().merging().streams(changed, alive);
  }

  private static OutboundSseEvent event(Sse sse, Map<String, @Nullable Object> summary) {
    return sse.newEventBuilder()
        .name("summary")
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(Map.class, summary)
        .build();
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

  private static boolean blank(@Nullable String text) {
    return text == null || text.isBlank();
  }
}
