package org.p3s.workflow.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/** Refuses paths and queries with a character of code 0, which PostgreSQL can't store. */
class NulCharacterFilter {

  @ServerRequestFilter
  void check(ContainerRequestContext request) {
    URI uri = request.getUriInfo().getRequestUri();
    if (uri.getRawPath().contains("%00")
        || (uri.getRawQuery() != null && uri.getRawQuery().contains("%00"))) {
      throw new ProblemException(
          CommonProblem.BAD_REQUEST, "The path or the query has a character of code 0.");
    }
  }
}
