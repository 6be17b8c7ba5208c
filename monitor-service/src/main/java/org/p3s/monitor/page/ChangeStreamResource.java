package org.p3s.monitor.page;

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
import java.util.Set;
import org.p3s.monitor.app.ChangeFeed;
import org.p3s.monitor.app.SummaryReader;
import org.p3s.monitor.app.SystemSummary;
import org.p3s.platform.security.Roles;

/** Notifies open pages, and other readers, that something changed. */
@Path("/api/v1/events")
class ChangeStreamResource {

  /** Without a sign of life, proxies close a connection that nothing is sent on. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private final SummaryReader summary;
  private final ChangeFeed feed;

  ChangeStreamResource(SummaryReader summary, ChangeFeed feed) {
    this.summary = summary;
    this.feed = feed;
  }

  /**
   * Server-sent events. After a change comes one event per kind of thing that changed, named by the
   * kind, and then one named {@code summary} with the new summary.
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> events(@Context Sse sse) {
    Multi<OutboundSseEvent> changes =
        feed.changes()
            .onItem()
            .transformToMultiAndConcatenate(
                kinds -> summary.read().toMulti().flatMap(now -> notice(sse, kinds, now)));
    Multi<OutboundSseEvent> keepAlive =
        Multi.createFrom()
            .ticks()
            .every(KEEP_ALIVE)
            .onOverflow()
            .drop()
            .map(tick -> sse.newEventBuilder().comment("alive").build());
    return Multi.createBy().merging().streams(changes, keepAlive);
  }

  private static Multi<OutboundSseEvent> notice(Sse sse, Set<String> kinds, SystemSummary summary) {
    OutboundSseEvent withSummary =
        sse.newEventBuilder()
            .name("summary")
            .mediaType(MediaType.APPLICATION_JSON_TYPE)
            .data(SystemSummary.class, summary)
            .build();
    return Multi.createBy()
        .concatenating()
        .streams(
            Multi.createFrom().iterable(kinds).map(kind -> sse.newEvent(kind, "{}")),
            Multi.createFrom().item(withSummary));
  }
}
