package org.p3s.broker.http;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.p3s.broker.app.LogStreaming;
import org.p3s.platform.problem.ProblemException;

/** Filters for requests of logs. */
class LogFilters {

  /**
   * Marks a stream of events about a job. When such a stream has begun, it is too late to answer
   * that there is no such job; so a filter checks that before.
   */
  @NameBinding
  @Retention(RetentionPolicy.RUNTIME)
  @interface RequiresJob {}

  private static final String LOG = "/api/v1/jobs/[^/]+/log";

  private final LogStreaming streaming;

  LogFilters(LogStreaming streaming) {
    this.streaming = streaming;
  }

  /** Whether events are wanted depends on the query, whatever the client accepts. */
  @ServerRequestFilter(preMatching = true)
  public void eventsByQuery(ContainerRequestContext request) {
    UriInfo uri = request.getUriInfo();
    if (!uri.getPath().matches(LOG)) {
      return;
    }
    if ("true".equals(uri.getQueryParameters().getFirst("follow"))) {
      request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.SERVER_SENT_EVENTS);
    } else if (request.getHeaderString(HttpHeaders.ACCEPT) == null
        || request.getHeaderString(HttpHeaders.ACCEPT).contains("*/*")) {
      request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON);
    }
  }

  @RequiresJob
  @ServerRequestFilter
  public Uni<Void> jobExists(UriInfo uri) {
    UUID job = UUID.fromString(uri.getPathParameters().getFirst("job"));
    return streaming
        .exists(job)
        .invoke(
            exists -> {
              if (!exists) {
                throw ProblemException.notFound("job", job);
              }
            })
        .replaceWithVoid();
  }
}
