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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.DagTemplates;
import org.p3s.workflow.app.WorkflowProblem;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;
import org.p3s.workflow.postgres.DagEntity;
import org.p3s.workflow.postgres.WorkflowQueries;
import org.p3s.workflow.postgres.TemplateStore;

/** DAG templates, GraphML in and out. */
@Path("/api/v1/dags")
public class DagResource {

  private static final String GRAPHML = "application/graphml+xml";

  /**
   * A template; nodes and edges are null in lists.
   *
   * @param hash SHA-256 of its GraphML
   * @param removed true if it is kept only for the workflows that were made of it
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

    static DagView of(DagEntity dag, List<String> warnings, @Nullable Dag graph) {
      return new DagView(
          dag.name,
          dag.version,
          dag.hash,
          dag.removed,
          dag.user,
          dag.description,
          dag.nvertices,
          dag.nedges,
          dag.tsDef,
          warnings,
          graph == null ? null : graph.nodes(),
          graph == null ? null : graph.edges());
    }
  }

  private final DagTemplates templates;
  private final TemplateStore store;
  private final WorkflowQueries jobs;
  private final SecurityIdentity identity;

  DagResource(DagTemplates templates, TemplateStore store, WorkflowQueries jobs, SecurityIdentity identity) {
    this.templates = templates;
    this.store = store;
    this.jobs = jobs;
    this.identity = identity;
  }

  /** Loads a template: 201, or 200 where it replaced one; 409 where it is there already. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Consumes({GRAPHML, MediaType.APPLICATION_XML, MediaType.TEXT_XML, "application/octet-stream"})
  public Uni<Response> add(
      byte @Nullable [] graphml,
      @QueryParam("name") @Nullable String name,
      @QueryParam("replace") @DefaultValue("false") boolean replace) {
    return templates
        .load(graphml, name, replace, identity.getPrincipal().getName())
        .map(
            loaded ->
                Response.status(loaded.how() == TemplateStore.Added.CREATED ? 201 : 200)
                    .entity(DagView.of(loaded.entity(), loaded.warnings(), null))
                    .build());
  }

  /** Loads a template under this name, as its next version. */
  @PUT
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes({GRAPHML, MediaType.APPLICATION_XML, MediaType.TEXT_XML, "application/octet-stream"})
  public Uni<Response> put(
      byte @Nullable [] graphml, @jakarta.ws.rs.PathParam("name") String name) {
    return add(graphml, name, true);
  }

  /** The latest version of each template. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DagView>> list(
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @DefaultValue("") String after) {
    int size = Paging.limit(limit);
    return store
        .list(after, size + 1)
        .map(
            dags ->
                Page.of(
                    dags.stream().map(dag -> DagView.of(dag, List.of(), null)).toList(),
                    size,
                    DagView::name));
  }

  /** All versions, newest first; also those of a removed template. */
  @GET
  @Path("{name}/versions")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DagView>> versions(@jakarta.ws.rs.PathParam("name") String name) {
    return store
        .versions(name)
        .map(
            dags -> {
              if (dags.isEmpty()) {
                throw new ProblemException(
                    WorkflowProblem.UNKNOWN_DAG, "There is no DAG " + name + ".");
              }
              return new Page<>(
                  dags.stream().map(dag -> DagView.of(dag, List.of(), null)).toList(), null);
            });
  }

  /**
   * The template as JSON, or as GraphML by {@code Accept} or {@code ?format=graphml}.
   *
   * @param version the latest by default
   */
  @GET
  @Path("{name}")
  @RolesAllowed(Roles.VIEWER)
  @Produces({MediaType.APPLICATION_JSON, GRAPHML})
  public Uni<Response> get(
      @jakarta.ws.rs.PathParam("name") String name,
      @QueryParam("format") @Nullable String format,
      @QueryParam("version") @Nullable Integer version,
      @HeaderParam("Accept") @DefaultValue("") String accept) {
    boolean graphml = "graphml".equals(format) || accept.contains(GRAPHML);
    return templates.get(name, version).flatMap(dag -> graphml ? graphml(dag) : json(dag));
  }

  private static Uni<Response> graphml(DagEntity dag) {
    return Uni.createFrom().item(Response.ok(dag.graphml, GRAPHML).build());
  }

  private Uni<Response> json(DagEntity dag) {
    return templates
        .parsed(dag)
        .map(
            graph ->
                Response.ok(DagView.of(dag, List.of(), graph), MediaType.APPLICATION_JSON).build());
  }

  /** Removes a template; refused while its workflows run, unless forced. */
  @DELETE
  @Path("{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Void> remove(
      @jakarta.ws.rs.PathParam("name") String name,
      @QueryParam("force") @DefaultValue("false") boolean force) {
    return jobs.running(name)
        .flatMap(
            running -> {
              if (running > 0 && !force) {
                throw new ProblemException(
                    WorkflowProblem.WORKFLOWS_RUNNING,
                    running + " workflows of " + name + " run; cancel them, or use ?force=true.");
              }
              return store.remove(name);
            })
        .invoke(
            removed -> {
              if (removed == 0) {
                throw new ProblemException(
                    WorkflowProblem.UNKNOWN_DAG, "There is no DAG " + name + ".");
              }
            })
        .replaceWithVoid();
  }
}
