package org.p3s.watcher.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.watcher.ledger.FileView;
import org.p3s.watcher.ledger.Ledger;

/** The ledger of data. */
@Path("/api/v1/files")
public class FileResource {

  private static final Set<String> STATES =
      Set.of("seen", "arrived", "processed", "failed", "skipped");

  private final Ledger ledger;

  FileResource(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Newest first. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<FileView>> list(
      @QueryParam("watch") @Nullable String watch,
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    if (state != null && !STATES.contains(state)) {
      throw ProblemException.invalid(
          "?state", "is one of " + new TreeSet<>(STATES) + ", not '" + state + "'");
    }
    int size = Paging.limit(limit);
    return ledger
        .list(watch, state, Paging.after(after), size + 1)
        .map(rows -> Page.of(rows, size, row -> row.uuid().toString()));
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<FileView> get(@PathParam("uuid") UUID uuid) {
    return ledger.get(uuid);
  }
}
