package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.p3s.monitor.app.SummaryReader;
import org.p3s.monitor.app.SystemSummary;
import org.p3s.platform.security.Roles;

/** The numbers of the first page. */
@Path("/api/v1/summary")
class SystemSummaryResource {

  private final SummaryReader reader;

  SystemSummaryResource(SummaryReader reader) {
    this.reader = reader;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<SystemSummary> get() {
    return reader.read();
  }
}
