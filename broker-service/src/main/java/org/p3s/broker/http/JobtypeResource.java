package org.p3s.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.Views;
import org.p3s.broker.app.Views.JobtypeView;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.http.ProblemException;

/** Job types and their limits. A type appears here with its first job or its first limit. */
@Path("/api/v1/jobtypes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobtypes")
class JobtypeResource {

  private final Views views;
  private final Dispatcher dispatcher;

  JobtypeResource(Views views, Dispatcher dispatcher) {
    this.views = views;
    this.dispatcher = dispatcher;
  }

  /** All job types, by name. */
  @GET
  @RolesAllowed("viewer")
  @Operation(summary = "List job types with running, waiting and limits")
  public Uni<Page<JobtypeView>> list(
      @QueryParam("after") @Nullable String after, @QueryParam("limit") @Nullable Integer limit) {
    int most = Paging.limit(limit);
    return views
        .jobtypes(after == null || after.isEmpty() ? null : after, most + 1)
        .map(rows -> Page.of(rows, most, JobtypeView::name));
  }

  /**
   * Sets how many jobs of the type pilots may hold at a time: {@code {"limit_running": 4}}; 0
   * pauses the type, null takes the limit away. Jobs that run go on.
   */
  @PUT
  @Path("/{name}")
  @RolesAllowed("operator")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Set or lift a job type's limit; 0 pauses it")
  public Uni<JobtypeView> limit(String name, @Nullable JsonNode body) {
    Integer running = running(body);
    return views
        .limit(name, running)
        .invoke(dispatcher::changedForAll)
        .chain(() -> views.jobtype(name))
        .map(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job type", name);
              }
              return view;
            });
  }

  private static @Nullable Integer running(@Nullable JsonNode body) {
    if (body == null || !body.has("limit_running")) {
      throw ProblemException.invalid("/limit_running", "is missing; send a number or null");
    }
    JsonNode backlog = body.path("limit_backlog");
    if (!backlog.isMissingNode() && !backlog.isNull()) {
      throw ProblemException.invalid("/limit_backlog", "is not supported");
    }
    JsonNode running = body.path("limit_running");
    if (running.isNull()) {
      return null;
    }
    if (!running.canConvertToExactIntegral()
        || !running.canConvertToInt()
        || running.intValue() < 0) {
      throw ProblemException.invalid("/limit_running", "is 0 or more, or null, not " + running);
    }
    return running.intValue();
  }
}
