package org.p3s.broker.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.JobExplainer;
import org.p3s.broker.app.JobQueries;
import org.p3s.broker.app.JobView;
import org.p3s.broker.domain.JobState;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Shows live jobs, and explains why they wait. */
@Path("/api/v1/jobs")
@RolesAllowed(Roles.VIEWER)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
class LiveJobResource {

  private final JobQueries jobs;
  private final JobExplainer explainer;

  LiveJobResource(JobQueries jobs, JobExplainer explainer) {
    this.jobs = jobs;
    this.explainer = explainer;
  }

  /** Live jobs, by uuid; jobs that ended are in the monitor. */
  @GET
  @Operation(summary = "List the live jobs: defined, dispatched, running")
  public Uni<Page<JobView>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable Integer limit) {
    if (state != null && JobState.LIVE.stream().noneMatch(live -> live.text().equals(state))) {
      throw ProblemException.invalid("?state", "is defined, dispatched or running, not " + state);
    }
    int most = Paging.limit(limit);
    return jobs.list(state, Paging.after(after), most + 1)
        .map(rows -> Page.of(rows, most, job -> job.uuid().toString()));
  }

  /** The live job, or its last attempt if it has ended. */
  @GET
  @Path("/{job}")
  @Operation(summary = "A job's state, holder and place in the queue")
  public Uni<JobView> one(UUID job) {
    return jobs.liveOrEnded(job)
        .map(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job", job);
              }
              return view;
            });
  }

  /** Each rule that decides whether the job may start now, and whether it passes. */
  @GET
  @Path("/{job}/explain")
  @Operation(summary = "Why a job does not run: the failing rule, its place, its expected start")
  public Uni<JobExplainer.Explanation> explain(UUID job) {
    return explainer.explain(job);
  }
}
