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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.JobFilter;
import org.p3s.monitor.app.JobListQueries;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** The list of jobs, and the page of one job. */
@Path("/jobs")
@Produces(MediaType.TEXT_HTML)
class JobPages {

  private final Template list;
  private final Template one;
  private final JobListQueries jobs;

  JobPages(@Location("jobs") Template list, @Location("job") Template one, JobListQueries jobs) {
    this.list = list;
    this.one = one;
    this.jobs = jobs;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> list(
      @QueryParam("state") @Nullable String state, @QueryParam("after") @Nullable String after) {
    return jobs.list(JobFilter.ofState(ListPage.filter(state)), ListPage.page(after))
        .map(page -> ListPage.show(list, state, page));
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> show(@PathParam("uuid") UUID uuid) {
    return jobs.find(uuid)
        .map(job -> job.orElseThrow(() -> ProblemException.notFound("job", uuid)))
        .map(this::show);
  }

  private TemplateInstance show(Map<String, @Nullable Object> job) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(job);
    return one.data("stdout", fields.remove("stdout"))
        .data("stderr", fields.remove("stderr"))
        .data("title", fields.get("name"))
        .data("fields", fields);
  }
}
