package org.p3s.pilots.http;

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
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.app.PilotProviders;
import org.p3s.pilots.app.SiteStore;
import org.p3s.pilots.domain.Site;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Sites: list, show, add, replace, remove. The site files of the old system are accepted. */
@Path("/api/v1/sites")
class SiteResource {

  private final SiteStore store;
  private final PilotProviders providers;

  SiteResource(SiteStore store, PilotProviders providers) {
    this.store = store;
    this.providers = providers;
  }

  /** Sites by name. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<SiteBody>> list(
      @QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return store
        .list(after == null ? "" : after, size + 1)
        .map(
            sites ->
                Page.of(
                    sites.stream().map(SiteBody::of).toList(),
                    size,
                    site -> String.valueOf(site.name())));
  }

  @GET
  @Path("{name}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<SiteBody> get(@PathParam("name") String name) {
    return store
        .find(name)
        .map(
            site -> {
              if (site == null) {
                throw ProblemException.notFound("site", name);
              }
              return SiteBody.of(site);
            });
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable SiteBody body) {
    Site site = site(body, body == null ? null : body.name());
    return store
        .add(site)
        .map(
            added -> {
              if (!added) {
                throw new ProblemException(
                    CommonProblem.ALREADY_EXISTS,
                    "There is a site " + site.name() + "; replace it, or choose another name.");
              }
              return Response.status(201).entity(SiteBody.of(site)).build();
            });
  }

  /** Adds a site, or replaces the one of that name. */
  @PUT
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> put(@PathParam("name") String name, @Nullable SiteBody body) {
    if (body != null && body.name() != null && !body.name().equals(name)) {
      throw ProblemException.invalid("/name", "is " + name + " in the path");
    }
    Site site = site(body, name);
    return store
        .replace(site)
        .map(there -> Response.status(there ? 200 : 201).entity(SiteBody.of(site)).build());
  }

  private Site site(@Nullable SiteBody body, @Nullable String name) {
    if (body == null) {
      throw ProblemException.invalid("/name", "is missing: the body has no site");
    }
    return body.toSite(name, providers.names());
  }

  @DELETE
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Void> remove(@PathParam("name") String name) {
    return store
        .remove(name)
        .invoke(
            removed -> {
              if (!removed) {
                throw ProblemException.notFound("site", name);
              }
            })
        .replaceWithVoid();
  }
}
