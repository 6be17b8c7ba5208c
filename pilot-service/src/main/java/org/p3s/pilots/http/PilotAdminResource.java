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
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilots.app.Pilots;
import org.p3s.pilots.postgres.PilotRow;
import org.p3s.pilots.postgres.PilotStore;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Pilots as people see them, drain them and kill them. */
@Path("/api/v1/pilots")
public class PilotAdminResource {

  private final Pilots pilots;
  private final PilotStore store;
  private final SecurityIdentity identity;

  PilotAdminResource(Pilots pilots, PilotStore store, SecurityIdentity identity) {
    this.pilots = pilots;
    this.store = store;
    this.identity = identity;
  }

  /**
   * Tells the pilots chosen to finish what they hold and then end. At least one selector; with
   * {@code dry_run} they are only counted.
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
    return command(uuids, site, host, state, "drain", countOnly);
  }

  /** Tells the pilots chosen to stop their payloads and end. At least one selector. */
  @POST
  @Path("kill")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Count> kill(
      @QueryParam("uuid") @Nullable List<UUID> uuids,
      @QueryParam("site") @Nullable String site,
      @QueryParam("host") @Nullable String host,
      @QueryParam("state") @Nullable String state,
      @QueryParam("dry_run") boolean countOnly) {
    return command(uuids, site, host, state, "stop", countOnly);
  }

  private Uni<Count> command(
      @Nullable List<UUID> uuids,
      @Nullable String site,
      @Nullable String host,
      @Nullable String state,
      String command,
      boolean countOnly) {
    PilotStore.Filter filter =
        new PilotStore.Filter(uuids == null ? List.of() : uuids, site, host, state);
    if (filter.isEmpty()) {
      throw ProblemException.invalid("?site", "choose pilots by uuid, site, host or state");
    }
    Uni<Integer> told =
        countOnly
            ? store.count(filter, command)
            : pilots.command(filter, command, identity.getPrincipal().getName());
    return told.map(Count::new);
  }

  /** Newest first. */
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
        .list(new PilotStore.Filter(List.of(), site, host, state), Paging.after(after), size + 1)
        .map(
            rows ->
                Page.of(
                    rows.stream().map(PilotView::of).toList(),
                    size,
                    row -> Objects.requireNonNull(row.uuid()).toString()));
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<PilotView> get(@PathParam("uuid") UUID uuid) {
    return store
        .list(new PilotStore.Filter(List.of(uuid), null, null, null), null, 1)
        .map(
            rows ->
                rows.stream()
                    .findFirst()
                    .map(PilotView::of)
                    .orElseThrow(() -> ProblemException.notFound("pilot", uuid)));
  }

  /** A pilot as everybody sees it. */
  public record PilotView(
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
    static PilotView of(PilotRow p) {
      return new PilotView(
          p.uuid(),
          p.site(),
          p.host(),
          p.pid(),
          p.state(),
          p.status(),
          p.slots(),
          p.jobs().stream().map(PilotHeartbeat.Held::job).toList(),
          p.jobcount(),
          p.extra(),
          p.tsCre(),
          p.tsReg(),
          p.tsLhb(),
          p.tsEnd(),
          p.reason());
    }
  }

  /** How many pilots were told. */
  public record Count(int count) {}
}
