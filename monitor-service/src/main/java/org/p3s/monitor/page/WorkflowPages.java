package org.p3s.monitor.page;

import io.quarkus.qute.Location;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.JobFilter;
import org.p3s.monitor.app.JobListQueries;
import org.p3s.monitor.app.PageRequest;
import org.p3s.monitor.app.WorkflowListQueries;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** The list of workflows, and the page of one workflow. */
@Path("/workflows")
@Produces(MediaType.TEXT_HTML)
class WorkflowPages {

  private static final PageRequest MOST_JOBS = PageRequest.first(1_000);

  private final Template list;
  private final Template one;
  private final JobListQueries jobs;
  private final WorkflowListQueries workflows;

  WorkflowPages(
      @Location("workflows") Template list,
      @Location("workflow") Template one,
      JobListQueries jobs,
      WorkflowListQueries workflows) {
    this.list = list;
    this.one = one;
    this.jobs = jobs;
    this.workflows = workflows;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> list(
      @QueryParam("state") @Nullable String state, @QueryParam("after") @Nullable String after) {
    return workflows
        .list(
            new WorkflowListQueries.Filter(ListPage.filter(state), null, null),
            ListPage.page(after))
        .map(page -> ListPage.show(list, state, page));
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> show(@PathParam("uuid") UUID uuid) {
    return Uni.combine()
        .all()
        .unis(workflows.find(uuid), jobs.list(JobFilter.ofWorkflow(uuid), MOST_JOBS))
        .asTuple()
        .map(
            t -> {
              Map<String, @Nullable Object> workflow =
                  t.getItem1().orElseThrow(() -> ProblemException.notFound("workflow", uuid));
              return one.data("title", workflow.get("name"))
                  .data("fields", workflow)
                  .data("jobs", t.getItem2().items());
            });
  }
}
