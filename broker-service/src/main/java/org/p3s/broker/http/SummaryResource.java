package org.p3s.broker.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.JobQueries;
import org.p3s.platform.security.Roles;

/** Counts the jobs in the broker. */
@Path("/api/v1/summary")
@Tag(name = "summary")
class SummaryResource {

  /** Jobs by state; {@code parked} is how many polls wait at this replica. */
  record Summary(long waiting, long dispatched, long running, int parked) {}

  private final JobQueries jobs;
  private final Dispatcher dispatcher;

  SummaryResource(JobQueries jobs, Dispatcher dispatcher) {
    this.jobs = jobs;
    this.dispatcher = dispatcher;
  }

  /** The current counts. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Jobs that wait, are dispatched and run; pilots that wait here")
  public Uni<Summary> summary() {
    return jobs.counts()
        .map(
            counts ->
                new Summary(
                    counts.waiting(),
                    counts.dispatched(),
                    counts.running(),
                    dispatcher.pendingPolls()));
  }
}
