package org.p3s.watcher.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.http.Page;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.watcher.app.FileStorage;
import org.p3s.watcher.app.WatchRunner;
import org.p3s.watcher.app.WatchStore;
import org.p3s.watcher.domain.Watch;

/** The watches: directories that are watched. */
@Path("/api/v1/watches")
class WatchResource {

  private final WatchStore store;
  private final WatchRunner runner;
  private final FileStorage storage;
  private final ServiceLog log;
  private final SecurityIdentity identity;

  WatchResource(
      WatchStore store,
      WatchRunner runner,
      FileStorage storage,
      ServiceLog log,
      SecurityIdentity identity) {
    this.store = store;
    this.runner = runner;
    this.storage = storage;
    this.log = log;
    this.identity = identity;
  }

  /** Adds a watch; answers 422 {@code directory-missing} if a directory does not exist. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable WatchRequest request) {
    if (request == null) {
      throw ProblemException.invalid("/", "a watch is a JSON object");
    }
    String user = identity.getPrincipal().getName();
    boolean paused = Boolean.TRUE.equals(request.paused());
    return Uni.createFrom()
        .item(() -> request.toWatch(user, storage))
        // The check of a directory may take long on a network file system.
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .flatMap(watch -> store.add(watch, paused).invoke(added -> added(watch, added)))
        .chain(() -> view(String.valueOf(request.name())))
        .map(watch -> Response.status(201).entity(watch).build());
  }

  private void added(Watch watch, boolean isNew) {
    if (!isNew) {
      throw new ProblemException(
          CommonProblem.ALREADY_EXISTS,
          "There is already a watch %s. Remove it first, or choose another name."
              .formatted(watch.name()));
    }
    log.info("watch " + watch.name() + " of " + watch.path() + " added by " + watch.user());
    runner.reload();
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<WatchView>> list() {
    return views().map(all -> new Page<>(all, null));
  }

  private Uni<List<WatchView>> views() {
    return store.list().map(all -> all.stream().map(this::view).toList());
  }

  private WatchView view(WatchStore.StoredWatch stored) {
    String problem = runner.problem(stored.watch().name()).orElse(null);
    return WatchView.of(stored.watch(), stored.paused(), problem);
  }

  @GET
  @Path("{name}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<WatchView> get(@PathParam("name") String name) {
    return view(name);
  }

  // The other methods must not call get(): its check of the role needs the request's context, which
  // is not active any more after an asynchronous step.
  private Uni<WatchView> view(String name) {
    return views()
        .map(
            all ->
                all.stream()
                    .filter(view -> view.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("watch", name)));
  }

  /** Pauses a watch. Files that come meanwhile are found when it is resumed. */
  @POST
  @Path("{name}/pause")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<WatchView> pause(@PathParam("name") String name) {
    return change(name, store.setPaused(name, true)).chain(() -> view(name));
  }

  @POST
  @Path("{name}/resume")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<WatchView> resume(@PathParam("name") String name) {
    return change(name, store.setPaused(name, false)).chain(() -> view(name));
  }

  /** Removes a watch. Its files stay in the ledger. */
  @DELETE
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Void> remove(@PathParam("name") String name) {
    return change(name, store.remove(name));
  }

  private Uni<Void> change(String name, Uni<Boolean> change) {
    return change
        .invoke(
            found -> {
              if (!found) {
                throw ProblemException.notFound("watch", name);
              }
              runner.reload();
            })
        .replaceWithVoid();
  }
}
