package org.p3s.workflow.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.DatasetView;
import org.p3s.workflow.app.Lineage;
import org.p3s.workflow.app.LineageQueries;
import org.p3s.workflow.app.WorkflowQueries;
import org.p3s.workflow.app.WorkflowQueries.DatasetFilter;

/** Datasets, that is files on the edges of workflows. */
@Path("/api/v1/datasets")
class DatasetResource {

  private final WorkflowQueries queries;
  private final LineageQueries lineages;

  DatasetResource(WorkflowQueries queries, LineageQueries lineages) {
    this.queries = queries;
    this.lineages = lineages;
  }

  /** Datasets, newest first. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DatasetView>> list(
      @QueryParam("wfuuid") @Nullable UUID workflow,
      @QueryParam("state") @Nullable String state,
      @QueryParam("path") @Nullable String path,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return queries
        .datasets(new DatasetFilter(workflow, state, path), Paging.after(after), size + 1)
        .map(all -> Page.of(all, size, dataset -> dataset.uuid().toString()));
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<DatasetView> get(@PathParam("uuid") UUID uuid) {
    return queries.dataset(uuid);
  }

  /** The files that it was made of and that were made of it, also in other workflows. */
  @GET
  @Path("{uuid}/lineage")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Lineage> lineage(@PathParam("uuid") UUID uuid) {
    return lineages.lineage(uuid);
  }
}
