package org.p3s.monitor.page;

import io.quarkus.qute.Location;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.ServiceLogQueries;
import org.p3s.platform.security.Roles;

/** The service log. */
@Path("/services")
@Produces(MediaType.TEXT_HTML)
class ServiceLogPage {

  private final Template list;
  private final ServiceLogQueries log;

  ServiceLogPage(@Location("service-log") Template list, ServiceLogQueries log) {
    this.list = list;
    this.log = log;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> list(@QueryParam("after") @Nullable String after) {
    return log.list(null, ListPage.page(after)).map(page -> ListPage.show(list, null, page));
  }
}
