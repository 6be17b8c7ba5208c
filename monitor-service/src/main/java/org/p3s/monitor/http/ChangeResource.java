package org.p3s.monitor.http;

import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.projection.Changes;
import org.p3s.platform.security.Roles;

/** Tells open pages that something changed. */
@Path("/api/v1/events")
public class ChangeResource {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private final Summary summary;
  private final Changes changes;

  ChangeResource(Summary summary, Changes changes) {
    this.summary = summary;
    this.changes = changes;
  }

  /** Server-sent events: the kinds of things that changed, and with each a fresh summary. */
  @GET
  @RolesAllowed(Roles.VIEWER)
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
}
