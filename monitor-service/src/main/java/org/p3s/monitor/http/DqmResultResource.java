package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.DqmResultPublisher;
import org.p3s.monitor.app.DqmResultPublisher.Measurement;
import org.p3s.monitor.app.DqmResultQueries;
import org.p3s.platform.http.Page;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Data quality results, newest first. */
@Path("/api/v1/dqm/results")
class DqmResultResource {

  /** A result that a tool adds; run, type and values are needed. */
  record NewResult(
      @Nullable Long run,
      @Nullable Long subrun,
      @Nullable String type,
      @Nullable Instant ts,
      @Nullable Map<String, Object> values,
      @Nullable Map<String, Object> limits) {}

  private final DqmResultQueries results;
  private final DqmResultPublisher publisher;

  DqmResultResource(DqmResultQueries results, DqmResultPublisher publisher) {
    this.results = results;
    this.publisher = publisher;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> list(
      @QueryParam("run") @Nullable Long run,
      @QueryParam("type") @Nullable String type,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    return results.list(new DqmResultQueries.Filter(run, type), ListParameters.page(limit, after));
  }

  /** Takes all results of the list, or none if one of them is wrong. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable List<NewResult> added) {
    if (added == null || added.isEmpty()) {
      throw ProblemException.invalid("/", "a list of results is needed");
    }
    List<Measurement> measurements = new ArrayList<>();
    for (NewResult result : added) {
      measurements.add(measurement(result, "/" + measurements.size()));
    }
    return publisher
        .publish(measurements)
        .map(stored -> Response.status(201).entity(new Page<>(stored, null)).build());
  }

  private static Measurement measurement(NewResult added, String pointer) {
    Long run = added.run();
    String type = added.type();
    Map<String, Object> values = added.values();
    if (run == null || type == null || type.isBlank() || values == null) {
      throw ProblemException.invalid(pointer, "run, type and values are all needed");
    }
    return new Measurement(run, added.subrun(), type, added.ts(), values, added.limits());
  }
}
