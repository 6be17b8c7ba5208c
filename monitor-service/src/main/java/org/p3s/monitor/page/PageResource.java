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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.http.Summary;
import org.p3s.monitor.projection.Reader;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Pages for people. They work without scripts; with them they follow what happens. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public class PageResource {

  private static final int LATEST = 15;
  private static final int ROWS = 50;

  private final Template dashboard;
  private final Template list;
  private final Template detail;
  private final Reader reader;
  private final Summary summary;

  PageResource(
      @Location("dashboard") Template dashboard,
      @Location("list") Template list,
      @Location("detail") Template detail,
      Reader reader,
      Summary summary) {
    this.dashboard = dashboard;
    this.list = list;
    this.detail = detail;
    this.reader = reader;
    this.summary = summary;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> dashboard() {
    return Uni.combine()
        .all()
        .unis(
            summary.get(),
            reader.workflows(Map.of(), null, LATEST),
            reader.jobs(Map.of(), null, LATEST))
        .asTuple()
        .map(
            t ->
                dashboard
                    .data("summary", t.getItem1())
                    .data("workflows", t.getItem2())
                    .data("jobs", t.getItem3()));
  }

  /** One of jobs, workflows, pilots, files, services. */
  @GET
  @Path("{kind: jobs|workflows|pilots|files|services}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> list(
      @PathParam("kind") String kind,
      @QueryParam("state") @Nullable String state,
      @QueryParam("after") @Nullable String after) {
    Map<String, @Nullable Object> filters = new HashMap<>();
    filters.put("state", state == null || state.isEmpty() ? null : state);
    UUID from = Paging.after(after);
    return switch (kind) {
      case "jobs" -> show(kind, state, reader.jobs(filters, from, ROWS + 1));
      case "workflows" -> show(kind, state, reader.workflows(filters, from, ROWS + 1));
      case "pilots" -> show(kind, state, reader.pilots(filters, from, ROWS + 1));
      case "files" -> show(kind, state, reader.files(filters, from, ROWS + 1));
      default -> show(kind, state, reader.services(Map.of(), from, ROWS + 1));
    };
  }

  private Uni<TemplateInstance> show(
      String kind, @Nullable String state, Uni<List<Map<String, @Nullable Object>>> rows) {
    return rows.map(
        all ->
            list.data("kind", kind)
                .data("state", state == null ? "" : state)
                .data("rows", all.subList(0, Math.min(ROWS, all.size())))
                .data("next", all.size() > ROWS ? all.get(ROWS - 1).get("uuid") : null));
  }

  @GET
  @Path("jobs/{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> job(@PathParam("uuid") UUID uuid) {
    return reader.job(uuid).map(rows -> detail("job", uuid, rows, List.of()));
  }

  @GET
  @Path("workflows/{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> workflow(@PathParam("uuid") UUID uuid) {
    return Uni.combine()
        .all()
        .unis(
            reader.workflows(Map.of("uuid", uuid), null, 1),
            reader.jobs(Map.of("wfuuid", uuid), null, 1_000))
        .asTuple()
        .map(t -> detail("workflow", uuid, t.getItem1(), t.getItem2()));
  }

  private TemplateInstance detail(
      String kind,
      UUID uuid,
      List<Map<String, @Nullable Object>> rows,
      List<Map<String, @Nullable Object>> jobs) {
    if (rows.isEmpty()) {
      throw ProblemException.notFound(kind, uuid);
    }
    Map<String, @Nullable Object> fields = new java.util.LinkedHashMap<>(rows.get(0));
    Object stdout = fields.remove("stdout");
    Object stderr = fields.remove("stderr");
    return detail
        .data("kind", kind)
        .data("title", fields.get("name"))
        .data("fields", fields)
        .data("stdout", stdout)
        .data("stderr", stderr)
        .data("jobs", jobs);
  }
}
