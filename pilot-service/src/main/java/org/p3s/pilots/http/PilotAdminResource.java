package org.p3s.pilots.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.app.PilotCommands;
import org.p3s.pilots.app.PilotSelection;
import org.p3s.pilots.app.PilotStore;
import org.p3s.pilots.domain.HeartbeatJob;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Calls of people: list pilots, show one, drain and kill them. */
@Path("/api/v1/pilots")
class PilotAdminResource {

  private final PilotCommands commands;
  private final PilotStore store;
  private final SecurityIdentity identity;

  PilotAdminResource(PilotCommands commands, PilotStore store, SecurityIdentity identity) {
    this.commands = commands;
    this.store = store;
    this.identity = identity;
  }

  /**
   * Asks the pilots chosen to finish the jobs that they hold and then end. At least one selector;
   * with {@code dry_run} they are only counted.
   */
  @POST
  @Path("drain")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Count> drain(
      @QueryParam("uuid") @Nullable List<UUID> uuids,
      @QueryParam("site") @Nullable String site,
      @QueryParam("host") @Nullable String host,
      @QueryParam("state") @Nullable String state,
      @QueryParam("dry_run") boolean countOnly) {
    return send(PilotCommand.DRAIN, selection(uuids, site, host, state), countOnly);
  }

  /** Asks the pilots chosen to stop their payloads and end. At least one selector. */
  @POST
  @Path("kill")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Count> kill(
      @QueryParam("uuid") @Nullable List<UUID> uuids,
      @QueryParam("site") @Nullable String site,
      @QueryParam("host") @Nullable String host,
      @QueryParam("state") @Nullable String state,
      @QueryParam("dry_run") boolean countOnly) {
    return send(PilotCommand.STOP, selection(uuids, site, host, state), countOnly);
  }

  private static PilotSelection selection(
      @Nullable List<UUID> uuids,
      @Nullable String site,
      @Nullable String host,
      @Nullable String state) {
    PilotSelection selection =
        new PilotSelection(uuids == null ? List.of() : uuids, site, host, state);
    if (selection.isEmpty()) {
      throw ProblemException.invalid("?site", "choose pilots by uuid, site, host or state");
    }
    return selection;
  }

  private Uni<Count> send(PilotCommand command, PilotSelection selection, boolean countOnly) {
    Uni<Integer> count =
        countOnly
            ? store.countForCommand(selection, command)
            : commands.send(selection, command, identity.getPrincipal().getName());
    return count.map(Count::new);
  }

  /** The newest pilots first. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<PilotView>> list(
      @QueryParam("site") @Nullable String site,
      @QueryParam("host") @Nullable String host,
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return store
        .list(new PilotSelection(List.of(), site, host, state), Paging.after(after), size + 1)
        .map(
            pilots ->
                Page.of(
                    pilots.stream().map(PilotView::of).toList(),
                    size,
                    view -> view.uuid().toString()));
  }

  /** One pilot, living or ended. */
  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<PilotView> get(@PathParam("uuid") UUID uuid) {
    return store
        .list(PilotSelection.of(uuid), null, 1)
        .map(
            pilots ->
                pilots.stream()
                    .findFirst()
                    .map(PilotView::of)
                    .orElseThrow(() -> ProblemException.notFound("pilot", uuid)));
  }

  /** A pilot, as the API shows it; {@code j_uuid} are the jobs that it holds. */
  record PilotView(
      UUID uuid,
      String site,
      String host,
      long pid,
      String state,
      String status,
      int slots,
      List<UUID> jUuid,
      int jobcount,
      @Nullable String extra,
      Instant tsCre,
      Instant tsReg,
      Instant tsLhb,
      @Nullable Instant tsEnd,
      @Nullable String reason) {

    static PilotView of(Pilot p) {
      return new PilotView(
          p.uuid(),
          p.site(),
          p.host(),
          p.pid(),
          p.state().text(),
          p.status().name(),
          p.slots(),
          p.jobs().stream().map(HeartbeatJob::job).toList(),
          p.jobcount(),
          p.extra(),
          p.createdAt(),
          p.registeredAt(),
          p.lastHeartbeat(),
          p.endedAt(),
          p.reason());
    }
  }

  /** How many pilots get the command. */
  record Count(int count) {}
}
