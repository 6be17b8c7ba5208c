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
import org.p3s.broker.app.Following;
import org.p3s.platform.problem.ProblemException;

/** What comes before a log is followed. */
class LogFilters {

  /** For streams of a job: a stream that has begun can't say any more that there is no such job. */
  @NameBinding
  @Retention(RetentionPolicy.RUNTIME)
  @interface OfAJob {}

  private static final String LOG = "/api/v1/jobs/[^/]+/log";

  private final Following following;

  LogFilters(Following following) {
    this.following = following;
  }

  /** The query says whether events are wanted, whatever the client accepts. */
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

  @OfAJob
  @ServerRequestFilter
  public Uni<Void> jobExists(UriInfo uri) {
    UUID job = UUID.fromString(uri.getPathParameters().getFirst("job"));
    return following
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
