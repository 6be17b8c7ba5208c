package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.FileListQueries;
import org.p3s.monitor.app.StateNames;
import org.p3s.platform.http.Page;
import org.p3s.platform.security.Roles;

/** Data files that the monitor has seen, newest first. */
@Path("/api/v1/files")
class FileListResource {

  private final FileListQueries files;

  FileListResource(FileListQueries files) {
    this.files = files;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Map<String, @Nullable Object>>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("watch") @Nullable String watch,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    String known = ListParameters.state(state, StateNames.OF_FILES);
    return files.list(new FileListQueries.Filter(known, watch), ListParameters.page(limit, after));
  }
}
