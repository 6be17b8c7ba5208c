package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PilotListQueries;
import org.p3s.platform.http.Page;
import org.p3s.platform.security.Roles;

/** Pilots that the monitor has seen, newest first. */
@Path("/api/v1/pilots")
class PilotListResource {

  private final PilotListQueries pilots;

  PilotListResource(PilotListQueries pilots) {
    this.pilots = pilots;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("site") @Nullable String site,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    return pilots.list(new PilotListQueries.Filter(state, site), ListParameters.page(limit, after));
  }
}
