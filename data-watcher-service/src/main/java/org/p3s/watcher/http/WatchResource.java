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
import org.p3s.watcher.domain.Watch;
import org.p3s.watcher.ledger.WatchStore;
import org.p3s.watcher.scan.Watcher;

/** The directories that are watched. */
@Path("/api/v1/watches")
public class WatchResource {

  private final WatchStore store;
  private final Watcher watcher;
  private final ServiceLog log;
  private final SecurityIdentity identity;

  WatchResource(WatchStore store, Watcher watcher, ServiceLog log, SecurityIdentity identity) {
    this.store = store;
    this.watcher = watcher;
    this.log = log;
    this.identity = identity;
  }

  /** Adds a watch; 422 {@code directory-missing} names a directory that is not there. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable WatchForm form) {
    if (form == null) {
      throw ProblemException.invalid("/", "a watch is an object");
    }
    String user = identity.getPrincipal().getName();
    boolean paused = Boolean.TRUE.equals(form.paused());
    return Uni.createFrom()
        .item(() -> form.watch(user))
        // Looking at a directory may take long on a network file system.
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .flatMap(watch -> store.add(watch, paused).invoke(added -> added(watch, added)))
        .chain(() -> form(String.valueOf(form.name())))
        .map(watch -> Response.status(201).entity(watch).build());
  }

  private void added(Watch watch, boolean isNew) {
    if (!isNew) {
      throw new ProblemException(
          CommonProblem.ALREADY_EXISTS,
          "There is a watch " + watch.name() + "; remove it first, or choose another name.");
    }
    log.info("watch " + watch.name() + " of " + watch.path() + " added by " + watch.user());
    watcher.changed();
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<WatchForm>> list() {
    return forms().map(all -> new Page<>(all, null));
  }

  private Uni<List<WatchForm>> forms() {
    return store
        .list()
        .map(
            all ->
                all.stream()
                    .map(
                        s ->
                            WatchForm.of(
                                s.watch(),
                                s.paused(),
                                watcher.problem(s.watch().name()).orElse(null)))
                    .toList());
  }

  @GET
  @Path("{name}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<WatchForm> get(@PathParam("name") String name) {
    return form(name);
  }

  // Not by the resource's own method: the caller's credential is looked at once, at the beginning.
  private Uni<WatchForm> form(String name) {
    return forms()
        .map(
            all ->
                all.stream()
                    .filter(form -> name.equals(form.name()))
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("watch", name)));
  }

  /** Files that come while it rests are found when it is resumed. */
  @POST
  @Path("{name}/pause")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<WatchForm> pause(@PathParam("name") String name) {
    return change(name, store.pause(name, true)).chain(() -> form(name));
  }

  @POST
  @Path("{name}/resume")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<WatchForm> resume(@PathParam("name") String name) {
    return change(name, store.pause(name, false)).chain(() -> form(name));
  }

  /** The ledger keeps what it knows of its files. */
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
              watcher.changed();
            })
        .replaceWithVoid();
  }
}
