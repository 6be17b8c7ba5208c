package org.p3s.workflow.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.DagTemplate;
import org.p3s.workflow.app.DagTemplates;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

/** DAG templates, read and written as GraphML. */
@Path("/api/v1/dags")
class DagTemplateResource {

  private static final String GRAPHML = "application/graphml+xml";

  /**
   * A template as the API shows it.
   *
   * @param hash SHA-256 of its GraphML
   * @param removed true if it is kept only for the workflows that were made of it
   * @param warnings what of the file was ignored; empty except in the answer to loading it
   * @param nodes null in lists
   * @param edges null in lists
   */
  public record DagView(
      String name,
      int version,
      String hash,
      boolean removed,
      @Nullable String user,
      @Nullable String description,
      int nvertices,
      int nedges,
      Instant tsDef,
      List<String> warnings,
      @Nullable List<Node> nodes,
      @Nullable List<Edge> edges) {

    static DagView of(DagTemplate template) {
      return of(template, List.of(), null);
    }

    static DagView of(DagTemplate template, List<String> warnings, @Nullable Dag graph) {
      return new DagView(
          template.name(),
          template.version(),
          template.hash(),
          template.removed(),
          template.user(),
          template.description(),
          template.nvertices(),
          template.nedges(),
          template.tsDef(),
          warnings,
          graph == null ? null : graph.nodes(),
          graph == null ? null : graph.edges());
    }
  }

  private final DagTemplates templates;
  private final SecurityIdentity identity;

  DagTemplateResource(DagTemplates templates, SecurityIdentity identity) {
    this.templates = templates;
    this.identity = identity;
  }

  /**
   * Loads a template: 201, or 200 if it replaced one; 409 if there is one and {@code replace} is
   * not given.
   *
   * @param name by default the graph's id
   */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Consumes({GRAPHML, MediaType.APPLICATION_XML, MediaType.TEXT_XML, "application/octet-stream"})
  public Uni<Response> add(
      byte @Nullable [] graphml,
      @QueryParam("name") @Nullable String name,
      @QueryParam("replace") @DefaultValue("false") boolean replace) {
    return load(graphml, name, replace);
  }

  /** Loads a template under this name, as its next version. */
  @PUT
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes({GRAPHML, MediaType.APPLICATION_XML, MediaType.TEXT_XML, "application/octet-stream"})
  public Uni<Response> put(byte @Nullable [] graphml, @PathParam("name") String name) {
    return load(graphml, name, true);
  }

  private Uni<Response> load(byte @Nullable [] graphml, @Nullable String name, boolean replace) {
    return templates
        .load(graphml, name, replace, identity.getPrincipal().getName())
        .map(
            loaded ->
                Response.status(loaded.created() ? 201 : 200)
                    .entity(DagView.of(loaded.template(), loaded.warnings(), null))
                    .build());
  }

  /** The latest version of each template, sorted by name. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DagView>> list(
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @DefaultValue("") String after) {
    int size = Paging.limit(limit);
    return templates
        .list(after, size + 1)
        .map(all -> Page.of(all.stream().map(DagView::of).toList(), size, DagView::name));
  }

  /** All versions, newest first; also those of a removed template. */
  @GET
  @Path("{name}/versions")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DagView>> versions(@PathParam("name") String name) {
    return templates
        .versions(name)
        .map(all -> new Page<>(all.stream().map(DagView::of).toList(), null));
  }

  /**
   * The template as JSON, or as GraphML by {@code Accept} or {@code ?format=graphml}.
   *
   * @param version by default the latest
   */
  @GET
  @Path("{name}")
  @RolesAllowed(Roles.VIEWER)
  @Produces({MediaType.APPLICATION_JSON, GRAPHML})
  public Uni<Response> get(
      @PathParam("name") String name,
      @QueryParam("format") @Nullable String format,
      @QueryParam("version") @Nullable Integer version,
      @HeaderParam("Accept") @DefaultValue("") String accept) {
    boolean graphml = "graphml".equals(format) || accept.contains(GRAPHML);
    return templates
        .get(name, version)
        .flatMap(template -> graphml ? graphml(template) : json(template));
  }

  private static Uni<Response> graphml(DagTemplate template) {
    return Uni.createFrom().item(Response.ok(template.graphml(), GRAPHML).build());
  }

  private Uni<Response> json(DagTemplate template) {
    return templates
        .graph(template)
        .map(
            graph ->
                Response.ok(DagView.of(template, List.of(), graph), MediaType.APPLICATION_JSON)
                    .build());
  }

  /** Removes a template; refused while workflows of it run, unless {@code force} is given. */
  @DELETE
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Void> remove(
      @PathParam("name") String name, @QueryParam("force") @DefaultValue("false") boolean force) {
    return templates.remove(name, force);
  }
}
