package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Ids;
import org.p3s.contracts.ServiceRecord;
import org.p3s.platform.http.Page;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** What people and tools add to what was seen; it comes back by its topic, as all else does. */
@Path("/api/v1")
public class EntryResource {

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

  private final Outbox outbox;
  private final InstantSource clock;

  EntryResource(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Writes a line into the service log. */
  @POST
  @Path("services")
  @RolesAllowed(Roles.OPERATOR)
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

  /** Takes results from tools; they come back by the topic, as those of payloads do. */
  @POST
  @Path("dqm/results")
  @RolesAllowed(Roles.OPERATOR)
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
        Objects.requireNonNull(result.run()),
        result.subrun(),
        String.valueOf(result.type()),
        Objects.requireNonNull(result.values()),
        result.limits(),
        null,
        null,
        result.ts() == null ? clock.instant() : result.ts());
  }

  private static boolean blank(@Nullable String text) {
    return text == null || text.isBlank();
  }
}
