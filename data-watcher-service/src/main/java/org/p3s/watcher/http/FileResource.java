package org.p3s.watcher.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.watcher.app.FileView;
import org.p3s.watcher.app.LedgerQueries;
import org.p3s.watcher.domain.FileState;

/** The ledger of files. */
@Path("/api/v1/files")
class FileResource {

  private final LedgerQueries files;

  FileResource(LedgerQueries files) {
    this.files = files;
  }

  /** Newest first. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<FileView>> list(
      @QueryParam("watch") @Nullable String watch,
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return files
        .list(watch, state(state), Paging.after(after), size + 1)
        .map(rows -> Page.of(rows, size, row -> row.uuid().toString()));
  }

  private static @Nullable FileState state(@Nullable String text) {
    return text == null ? null : FileState.of(text).orElseThrow(() -> unknownState(text));
  }

  private static ProblemException unknownState(String text) {
    return ProblemException.invalid(
        "?state",
        "is one of "
            + Arrays.stream(FileState.values()).map(FileState::text).sorted().toList()
            + ", not '"
            + text
            + "'");
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<FileView> get(@PathParam("uuid") UUID uuid) {
    return files
        .find(uuid)
        .onItem()
        .ifNull()
        .failWith(() -> ProblemException.notFound("file", uuid));
  }
}
