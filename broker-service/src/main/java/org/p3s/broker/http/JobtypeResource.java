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
import org.p3s.broker.app.BacklogShedding;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.JobtypeLimits;
import org.p3s.broker.app.JobtypeLimits.Change;
import org.p3s.broker.app.JobtypeLimits.JobtypeView;
import org.p3s.broker.app.JobtypeLimits.Limit;
import org.p3s.broker.domain.SheddingRule;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Job types and their limits. A type appears here with its first job or its first limit. */
@Path("/api/v1/jobtypes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobtypes")
class JobtypeResource {

  private final JobtypeLimits limits;
  private final Dispatcher dispatcher;
  private final BacklogShedding shedding;

  JobtypeResource(JobtypeLimits limits, Dispatcher dispatcher, BacklogShedding shedding) {
    this.shedding = shedding;
    this.limits = limits;
    this.dispatcher = dispatcher;
  }

  /** All job types, by name. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  @Operation(summary = "List job types with running, waiting and limits")
  public Uni<Page<JobtypeView>> list(
      @QueryParam("after") @Nullable String after, @QueryParam("limit") @Nullable Integer limit) {
    int most = Paging.limit(limit);
    return limits
        .list(after == null || after.isEmpty() ? null : after, most + 1)
        .map(rows -> Page.of(rows, most, JobtypeView::name));
  }

  /**
   * Sets limits: {@code {"limit_running": 4, "limit_backlog": 100, "drop": "oldest"}}. A field that
   * is not given stays as it is, null removes a limit.
   *
   * <p>{@code limit_running} is how many jobs of the type pilots may hold at a time; 0 pauses it,
   * and jobs that run go on. {@code limit_backlog} is how many may wait; the excess is dropped,
   * lower priorities first, then the {@code oldest} jobs, the {@code newest}, or all but an even
   * {@code sample} by input file.
   */
  @PUT
  @Path("/{name}")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Set or remove a job type's limits; fields that are not given stay")
  public Uni<JobtypeView> limit(String name, @Nullable JsonNode body) {
    Change change = change(body);
    return limits
        .set(name, change)
        .invoke(dispatcher::queueChangedEverywhere)
        .call(() -> shedding.afterLimitChange(name))
        .chain(() -> limits.one(name))
        .map(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job type", name);
              }
              return view;
            });
  }

  private static Change change(@Nullable JsonNode body) {
    if (body == null
        || !(body.has("limit_running") || body.has("limit_backlog") || body.has("drop"))) {
      throw ProblemException.invalid(
          "", "nothing to set; send limit_running, limit_backlog or drop");
    }
    return new Change(
        number(body, "limit_running"), number(body, "limit_backlog"), drop(body.path("drop")));
  }

  private static @Nullable Limit number(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode()) {
      return null;
    }
    if (value.isNull()) {
      return new Limit(null);
    }
    if (!value.canConvertToExactIntegral() || !value.canConvertToInt() || value.intValue() < 0) {
      throw ProblemException.invalid("/" + field, "is 0 or more, or null, not " + value);
    }
    return new Limit(value.intValue());
  }

  private static @Nullable SheddingRule drop(JsonNode value) {
    if (value.isMissingNode()) {
      return null;
    }
    return value.isNull()
        ? SheddingRule.OLDEST
        : SheddingRule.of(value.asText())
            .orElseThrow(
                () ->
                    ProblemException.invalid("/drop", "is oldest, newest or sample, not " + value));
  }
}
