package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.JobFilter;
import org.p3s.monitor.app.JobListQueries;
import org.p3s.monitor.app.StateNames;
import org.p3s.platform.http.Page;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Jobs that the monitor has seen, newest first. */
@Path("/api/v1/jobs")
class JobListResource {

  private final JobListQueries jobs;

  JobListResource(JobListQueries jobs) {
    this.jobs = jobs;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("jobtype") @Nullable String jobtype,
      @QueryParam("wfuuid") @Nullable UUID workflow,
      @QueryParam("site") @Nullable String site,
      @QueryParam("name") @Nullable String name,
      @QueryParam("since") @Nullable String since,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    JobFilter filter =
        new JobFilter(
            ListParameters.state(state, StateNames.OF_JOBS),
            jobtype,
            workflow,
            site,
            name,
            ListParameters.since(since));
    return jobs.list(filter, ListParameters.page(limit, after));
  }

  /** One job, with the last part of its output. */
  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Map<String, @Nullable Object>> get(@PathParam("uuid") UUID uuid) {
    return jobs.find(uuid)
        .map(job -> job.orElseThrow(() -> ProblemException.notFound("job", uuid)));
  }
}
