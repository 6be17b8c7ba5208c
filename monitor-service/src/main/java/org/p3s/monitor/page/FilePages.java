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
import org.p3s.monitor.app.FileListQueries;
import org.p3s.platform.security.Roles;

/** The list of data files. */
@Path("/files")
@Produces(MediaType.TEXT_HTML)
class FilePages {

  private final Template list;
  private final FileListQueries files;

  FilePages(@Location("files") Template list, FileListQueries files) {
    this.list = list;
    this.files = files;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<TemplateInstance> list(
      @QueryParam("state") @Nullable String state, @QueryParam("after") @Nullable String after) {
    return files
        .list(new FileListQueries.Filter(ListPage.filter(state), null), ListPage.page(after))
        .map(page -> ListPage.show(list, state, page));
  }
}
