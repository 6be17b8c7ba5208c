package org.p3s.workflow.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.BulkJobActions;
import org.p3s.workflow.app.JobSelector;

/** Changes of all selected jobs; with {@code dry_run=true} they are only counted. */
@Path("/api/v1/jobs")
class BulkJobResource {

  /** The number of jobs that were changed or counted. */
  public record JobCount(long count) {}

  private static final List<String> NOT_ENDED =
      List.of("template", "defined", "dispatched", "running");
  private static final List<String> WAITING = List.of("template", "defined");
  private static final List<String> NOT_STARTED = List.of("template");

  private final BulkJobActions jobs;
  private final SecurityIdentity identity;

  BulkJobResource(BulkJobActions jobs, SecurityIdentity identity) {
    this.jobs = jobs;
    this.identity = identity;
  }

  /** Cancels the selected jobs that have not ended; payloads that run are stopped. */
  @POST
  @Path("cancel")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<JobCount> cancel(
      @BeanParam JobSelectorParams params, @QueryParam("dry_run") boolean dryRun) {
    JobSelector selector = params.forChange(NOT_ENDED);
    Uni<Long> count =
        dryRun
            ? jobs.countCancellable(selector)
            : jobs.cancel(selector, identity.getPrincipal().getName());
    return count.map(JobCount::new);
  }

  /** Changes the priority of the selected jobs that wait. */
  @POST
  @Path("adjust")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<JobCount> adjust(
      @BeanParam JobSelectorParams params,
      @QueryParam("priority") @Nullable Integer priority,
      @QueryParam("dry_run") boolean dryRun) {
    if (priority == null) {
      throw ProblemException.invalid("?priority", "is missing; higher is first");
    }
    JobSelector selector = params.forChange(WAITING);
    Uni<Long> count =
        dryRun
            ? jobs.countAdjustable(selector)
            : jobs.adjust(selector, priority, identity.getPrincipal().getName());
    return count.map(JobCount::new);
  }

  /** Starts the selected jobs that were submitted as templates. */
  @POST
  @Path("activate")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<JobCount> start(
      @BeanParam JobSelectorParams params, @QueryParam("dry_run") boolean dryRun) {
    JobSelector selector = params.forChange(NOT_STARTED);
    Uni<Long> count = dryRun ? jobs.countStartable(selector) : jobs.start(selector);
    return count.map(JobCount::new);
  }
}
