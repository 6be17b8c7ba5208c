package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.ServiceLogQueries;
import org.p3s.monitor.app.ServiceLogWriter;
import org.p3s.platform.http.Page;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** The service log: what services did that people should know, newest first. */
@Path("/api/v1/services")
class ServiceLogResource {

  /** A line that a person or a tool adds to the log. */
  record NewLine(@Nullable String service, @Nullable String message) {}

  private final ServiceLogQueries log;
  private final ServiceLogWriter writer;

  ServiceLogResource(ServiceLogQueries log, ServiceLogWriter writer) {
    this.log = log;
    this.writer = writer;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> list(
      @QueryParam("name") @Nullable String service,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    return log.list(service, ListParameters.page(limit, after));
  }

  /** Writes a line into the log. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable NewLine line) {
    String service = line == null ? null : line.service();
    String message = line == null ? null : line.message();
    if (service == null || service.isBlank() || message == null || message.isBlank()) {
      throw ProblemException.invalid("/message", "service and message are both needed");
    }
    return writer
        .write(service, message)
        .map(stored -> Response.status(201).entity(stored).build());
  }
}
