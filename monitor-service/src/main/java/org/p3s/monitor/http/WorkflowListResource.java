package org.p3s.monitor.http;

import static java.util.Objects.requireNonNull;

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
import org.p3s.monitor.app.PageRequest;
import org.p3s.monitor.app.StateNames;
import org.p3s.monitor.app.WorkflowListQueries;
import org.p3s.platform.http.Page;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Workflows that the monitor has seen, newest first. */
@Path("/api/v1/workflows")
class WorkflowListResource {

  private static final int MOST_JOBS = 10_000;

  private final WorkflowListQueries workflows;
  private final JobListQueries jobs;

  WorkflowListResource(WorkflowListQueries workflows, JobListQueries jobs) {
    this.workflows = workflows;
    this.jobs = jobs;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("dag") @Nullable String dag,
      @QueryParam("name") @Nullable String name,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    String known = ListParameters.state(state, StateNames.OF_WORKFLOWS);
    return workflows.list(
        new WorkflowListQueries.Filter(known, dag, name), ListParameters.page(limit, after));
  }

  /** One workflow, with those of its jobs that were defined so far. */
  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Map<String, @Nullable Object>> get(@PathParam("uuid") UUID uuid) {
    return workflows
        .find(uuid)
        .map(found -> found.orElseThrow(() -> ProblemException.notFound("workflow", uuid)))
        .flatMap(this::withJobs);
  }

  private Uni<Map<String, @Nullable Object>> withJobs(Map<String, @Nullable Object> workflow) {
    UUID uuid = (UUID) requireNonNull(workflow.get("uuid"));
    return jobs.list(JobFilter.ofWorkflow(uuid), PageRequest.first(MOST_JOBS))
        .map(
            page -> {
              workflow.put("jobs", page.items());
              return workflow;
            });
  }
}
