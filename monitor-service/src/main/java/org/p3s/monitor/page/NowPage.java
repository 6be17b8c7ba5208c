package org.p3s.monitor.page;

import io.quarkus.qute.Location;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.p3s.monitor.app.JobFilter;
import org.p3s.monitor.app.JobListQueries;
import org.p3s.monitor.app.PageRequest;
import org.p3s.monitor.app.SummaryReader;
import org.p3s.monitor.app.WorkflowListQueries;
import org.p3s.platform.security.Roles;

/** The first page: the summary, and the latest workflows and jobs. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
class NowPage {

  private static final PageRequest LATEST = PageRequest.first(15);

  private final Template now;
  private final SummaryReader summary;
  private final WorkflowListQueries workflows;
  private final JobListQueries jobs;

  NowPage(
      @Location("now") Template now,
      SummaryReader summary,
      WorkflowListQueries workflows,
      JobListQueries jobs) {
    this.now = now;
    this.summary = summary;
    this.workflows = workflows;
    this.jobs = jobs;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> show() {
    return Uni.combine()
        .all()
        .unis(
            summary.read(),
            workflows.list(new WorkflowListQueries.Filter(null, null, null), LATEST),
            jobs.list(JobFilter.all(), LATEST))
        .asTuple()
        .map(
            t ->
                now.data("summary", t.getItem1())
                    .data("workflows", t.getItem2().items())
                    .data("jobs", t.getItem3().items()));
  }
}
