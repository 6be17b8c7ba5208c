package org.p3s.pilots.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Json;
import org.p3s.pilots.postgres.SiteEntity;
import org.p3s.pilots.postgres.SiteStore;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.ProblemException;

/** Sites: where pilots run, and what they get there. The old system's site files are taken. */
@Path("/api/v1/sites")
public class SiteResource {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** A site; beat and period in seconds, life too; cycles 0: no limit. */
  public record Site(
      @Nullable String name,
      @Nullable Map<String, String> env,
      @Nullable String server,
      @Nullable Integer pilots,
      @Nullable Integer pilotcycles,
      @Nullable Integer pilotperiod,
      @Nullable Integer pilotbeat,
      @Nullable Integer pilotlife,
      @Nullable Integer slots,
      @Nullable List<String> allowEnv) {

    static Site of(SiteEntity e) {
      return new Site(
          e.name,
          PilotResource.json(e.env, new TypeReference<Map<String, String>>() {}),
          e.server,
          e.pilots,
          e.pilotcycles,
          e.pilotperiod,
          e.pilotbeat,
          e.pilotlife,
          e.slots,
          PilotResource.json(e.allowEnv, new TypeReference<List<String>>() {}));
    }
  }

  private final SiteStore store;

  SiteResource(SiteStore store) {
    this.store = store;
  }

  @GET
  @RolesAllowed("viewer")
  public Uni<Page<Site>> list() {
    return store.list().map(all -> new Page<>(all.stream().map(Site::of).toList(), null));
  }

  @GET
  @Path("{name}")
  @RolesAllowed("viewer")
  public Uni<Site> get(@PathParam("name") String name) {
    return store
        .find(name)
        .map(
            site -> {
              if (site == null) {
                throw ProblemException.notFound("site", name);
              }
              return Site.of(site);
            });
  }

  /** Adds a site, or replaces the one of that name. */
  @POST
  @RolesAllowed("operator")
  public Uni<Response> add(@Nullable Site site) {
    return store
        .put(entity(site))
        .map(stored -> Response.status(201).entity(Site.of(stored)).build());
  }

  @PUT
  @Path("{name}")
  @RolesAllowed("operator")
  public Uni<Response> put(@PathParam("name") String name, @Nullable Site site) {
    if (site != null && site.name() != null && !site.name().equals(name)) {
      throw ProblemException.invalid("/name", "is " + name + " in the path");
    }
    return add(site);
  }

  @DELETE
  @Path("{name}")
  @RolesAllowed("operator")
  public Uni<Void> remove(@PathParam("name") String name) {
    return store
        .remove(name)
        .invoke(
            removed -> {
              if (removed == 0) {
                throw ProblemException.notFound("site", name);
              }
            })
        .replaceWithVoid();
  }

  private static SiteEntity entity(@Nullable Site site) {
    if (site == null || site.name() == null || !NAME.matcher(site.name()).matches()) {
      throw ProblemException.invalid(
          "/name", "has 1 to 100 letters, digits, dots, dashes and underscores");
    }
    SiteEntity entity = new SiteEntity();
    entity.name = site.name();
    entity.env = text(site.env() == null ? Map.of() : site.env());
    entity.server = site.server();
    entity.pilots = number("/pilots", site.pilots(), 0, 0, 100_000);
    entity.pilotcycles = number("/pilotcycles", site.pilotcycles(), 0, 0, Integer.MAX_VALUE);
    entity.pilotperiod = number("/pilotperiod", site.pilotperiod(), 10, 0, 86_400);
    entity.pilotbeat = number("/pilotbeat", site.pilotbeat(), 5, 1, 3_600);
    entity.pilotlife = number("/pilotlife", site.pilotlife(), 90_000, 0, Integer.MAX_VALUE);
    entity.slots = number("/slots", site.slots(), 1, 1, 1_024);
    entity.allowEnv = text(site.allowEnv() == null ? List.of() : site.allowEnv());
    return entity;
  }

  private static int number(
      String pointer, @Nullable Integer value, int otherwise, int least, int most) {
    if (value == null) {
      return otherwise;
    }
    if (value < least || value > most) {
      throw ProblemException.invalid(pointer, "is " + least + " to " + most + ", not " + value);
    }
    return value;
  }

  private static String text(Object value) {
    try {
      return Json.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
