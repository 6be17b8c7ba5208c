package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.postgres.DatatypeEntity;
import org.p3s.workflow.postgres.WorkflowQueries;
import org.p3s.workflow.postgres.LineageStore;
import org.p3s.workflow.postgres.TemplateStore;
import org.p3s.workflow.postgres.ReadModels.DataView;

/** Data types and datasets. */
@Path("/api/v1")
public class DataResource {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,49}");
  private static final Pattern EXT = Pattern.compile("(\\.[A-Za-z0-9._-]{1,20})?");

  /** A data type; ext has its dot. */
  public record Datatype(@Nullable String name, @Nullable String ext, @Nullable String comment) {

    static Datatype of(DatatypeEntity entity) {
      return new Datatype(entity.name, entity.ext, entity.comment);
    }
  }

  private final TemplateStore templates;
  private final WorkflowQueries store;
  private final LineageStore lineage;

  DataResource(TemplateStore templates, WorkflowQueries store, LineageStore lineage) {
    this.templates = templates;
    this.store = store;
    this.lineage = lineage;
  }

  @GET
  @Path("datatypes")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<Datatype>> datatypes() {
    return templates
        .datatypes()
        .map(all -> new Page<>(all.stream().map(Datatype::of).toList(), null));
  }

  /** Adds a data type, or replaces the one of that name. Body: {@code {name, ext, comment}}. */
  @POST
  @Path("datatypes")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable JsonNode body) {
    return templates
        .put(datatype(body))
        .map(stored -> Response.status(201).entity(Datatype.of(stored)).build());
  }

  private static DatatypeEntity datatype(@Nullable JsonNode body) {
    List<ProblemItem> faults = new ArrayList<>();
    RequestFields fields =
        new RequestFields(
            body == null ? MissingNode.getInstance() : body,
            "",
            Set.of("name", "ext", "comment"),
            "a data type",
            faults);
    DatatypeEntity entity = new DatatypeEntity();
    entity.name = fields.text("name", "");
    entity.ext = fields.text("ext", "");
    entity.comment = fields.textOrNull("comment");
    if (!NAME.matcher(entity.name).matches()) {
      fields.fault("/name", "has 1 to 50 letters, digits, dots, dashes and underscores");
    }
    if (!EXT.matcher(entity.ext).matches()) {
      fields.fault("/ext", "is empty or begins with its dot, as in .root");
    }
    RequestFields.refuse(faults);
    return entity;
  }

  @DELETE
  @Path("datatypes/{name}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Void> remove(@PathParam("name") String name) {
    return templates
        .removeDatatype(name)
        .invoke(
            removed -> {
              if (removed == 0) {
                throw ProblemException.notFound("data type", name);
              }
            })
        .replaceWithVoid();
  }

  /** Newest first. */
  @GET
  @Path("datasets")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DataView>> datasets(
      @QueryParam("wfuuid") @Nullable UUID workflow,
      @QueryParam("state") @Nullable String state,
      @QueryParam("path") @Nullable String path,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    Uni<List<DataView>> rows = store.datasets(workflow, state, path, Paging.after(after), size + 1);
    return rows.map(all -> Page.of(all, size, row -> row.uuid().toString()));
  }

  @GET
  @Path("datasets/{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<DataView> dataset(@PathParam("uuid") UUID uuid) {
    return store.dataset(uuid);
  }

  /** What made the file, and what was made of it; also across workflows, by its path. */
  @GET
  @Path("datasets/{uuid}/lineage")
  @RolesAllowed(Roles.VIEWER)
  public Uni<LineageStore.Lineage> lineage(@PathParam("uuid") UUID uuid) {
    return lineage.of(uuid);
  }
}
