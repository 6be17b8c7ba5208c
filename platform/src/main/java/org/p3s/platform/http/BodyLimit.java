package org.p3s.platform.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemBody;

/**
 * Answers a body over the limit with a problem before it is read. Quarkus applies the same limit to
 * bodies without a Content-Length.
 */
@ApplicationScoped
class BodyLimit {

  private static final int BEFORE_ALL_OTHERS = 10_000;

  private final long limit;

  BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
    this.limit = limit.asLongValue();
  }

  void install(@Observes Filters filters) {
    filters.register(this::check, BEFORE_ALL_OTHERS);
  }

  private void check(RoutingContext http) {
    if (length(http.request().getHeader(HttpHeaders.CONTENT_LENGTH)) <= limit) {
      http.next();
      return;
    }
    http.response()
        .setStatusCode(CommonProblem.BODY_TOO_LARGE.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end(
            ProblemBody.json(
                CommonProblem.BODY_TOO_LARGE,
                "The limit is " + limit + " bytes; send less, or ask for a higher limit.",
                http.request().path()));
  }

  private static long length(@Nullable String header) {
    try {
      return header == null ? 0 : Long.parseLong(header);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
