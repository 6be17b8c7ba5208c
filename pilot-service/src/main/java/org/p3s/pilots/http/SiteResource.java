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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;
import org.p3s.pilots.postgres.SiteEntity;
import org.p3s.pilots.postgres.SiteStore;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Sites: where pilots run, and what they get there. The old system's site files are taken. */
@Path("/api/v1/sites")
public class SiteResource {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private static final int MOST_SLOTS = 64;
  private static final int MOST_WORDS = 100;

  /**
   * A site. Server and period are of the old system's files: kept, and used by nobody.
   *
   * @param pilotcycles 0 for no limit
   * @param pilotbeat seconds
   * @param pilotlife seconds, 0 for no limit
   * @param slots of a pilot that does not say how many it has
   * @param prefix words that payloads run under, a container for instance
   */
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
      @Nullable List<String> allowEnv,
      @Nullable List<@Nullable String> prefix) {

    static Site of(SiteEntity e) {
      return new Site(
          e.name,
          PilotAgentResource.json(e.env, new TypeReference<Map<String, String>>() {}),
          e.server,
          e.pilots,
          e.pilotcycles,
          e.pilotperiod,
          e.pilotbeat,
          e.pilotlife,
          e.slots,
          PilotAgentResource.json(e.allowEnv, new TypeReference<List<String>>() {}),
          PilotAgentResource.json(e.prefix, new TypeReference<List<@Nullable String>>() {}));
    }
  }

  private final SiteStore store;

  SiteResource(SiteStore store) {
    this.store = store;
  }

  /** By name. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Site>> list(
      @QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return store
        .list(after == null ? "" : after, size + 1)
        .map(
            all ->
                Page.of(
                    all.stream().map(Site::of).toList(),
                    size,
                    site -> String.valueOf(site.name())));
  }

  @GET
  @Path("{name}")
  @RolesAllowed(Roles.VIEWER)
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

  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable Site site) {
    SiteEntity entity = entity(site, site == null ? null : site.name());
    return store
        .add(entity)
        .map(
            added -> {
              if (!added) {
                throw new ProblemException(
                    CommonProblem.ALREADY_EXISTS,
                    "There is a site " + entity.name + "; replace it, or choose another name.");
              }
              return Response.status(201).entity(Site.of(entity)).build();
            });
  }

  /** Adds a site, or replaces the one of that name. */
  @PUT
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> put(@PathParam("name") String name, @Nullable Site site) {
    if (site != null && site.name() != null && !site.name().equals(name)) {
      throw ProblemException.invalid("/name", "is " + name + " in the path");
    }
    SiteEntity entity = entity(site, name);
    return store
        .replace(entity)
        .map(there -> Response.status(there ? 200 : 201).entity(Site.of(entity)).build());
  }

  @DELETE
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
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

  private static SiteEntity entity(@Nullable Site site, @Nullable String name) {
    if (site == null || name == null || !NAME.matcher(name).matches()) {
      throw ProblemException.invalid(
          "/name", "has 1 to 100 letters, digits, dots, dashes and underscores");
    }
    SiteEntity entity = new SiteEntity();
    entity.name = name;
    entity.env = text(site.env() == null ? Map.of() : site.env());
    entity.server = site.server();
    entity.pilots = number("/pilots", site.pilots(), 0, 0, 100_000);
    entity.pilotcycles = number("/pilotcycles", site.pilotcycles(), 0, 0, Integer.MAX_VALUE);
    entity.pilotperiod = number("/pilotperiod", site.pilotperiod(), 10, 0, 86_400);
    entity.pilotbeat = number("/pilotbeat", site.pilotbeat(), 5, 1, 3_600);
    entity.pilotlife = number("/pilotlife", site.pilotlife(), 90_000, 0, Integer.MAX_VALUE);
    entity.slots = number("/slots", site.slots(), 1, 1, MOST_SLOTS);
    entity.allowEnv = text(site.allowEnv() == null ? List.of() : site.allowEnv());
    entity.prefix = text(words("/prefix", site.prefix()));
    return entity;
  }

  private static List<@Nullable String> words(
      String pointer, @Nullable List<@Nullable String> words) {
    if (words == null || words.isEmpty()) {
      return List.of();
    }
    String program = words.get(0);
    if (program == null || program.isBlank() || words.size() > MOST_WORDS) {
      throw ProblemException.invalid(
          pointer, "is a program and its arguments, " + MOST_WORDS + " words at most");
    }
    for (String word : words) {
      if (word == null || word.indexOf('\0') >= 0) {
        throw ProblemException.invalid(pointer, "has a word that is no text");
      }
    }
    return words;
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
      return JsonCodec.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
