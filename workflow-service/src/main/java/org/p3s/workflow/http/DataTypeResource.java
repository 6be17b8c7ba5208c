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
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.DataType;
import org.p3s.workflow.app.DataTypeStore;

/** Data types. */
@Path("/api/v1/datatypes")
class DataTypeResource {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,49}");
  private static final Pattern EXTENSION = Pattern.compile("(\\.[A-Za-z0-9._-]{1,20})?");

  private final DataTypeStore store;

  DataTypeResource(DataTypeStore store) {
    this.store = store;
  }

  /** All data types, sorted by name. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<DataType>> list() {
    return store.list().map(all -> new Page<>(all, null));
  }

  /** Adds a data type, or replaces the one of that name. Body: {@code {name, ext, comment}}. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> add(@Nullable JsonNode body) {
    return store.put(datatype(body)).map(stored -> Response.status(201).entity(stored).build());
  }

  private static DataType datatype(@Nullable JsonNode body) {
    List<ProblemItem> faults = new ArrayList<>();
    RequestFields fields =
        new RequestFields(
            body == null ? MissingNode.getInstance() : body,
            "",
            Set.of("name", "ext", "comment"),
            "a data type",
            faults);
    DataType datatype =
        new DataType(fields.text("name", ""), fields.text("ext", ""), fields.textOrNull("comment"));
    if (!NAME.matcher(datatype.name()).matches()) {
      fields.fault("/name", "has 1 to 50 letters, digits, dots, dashes and underscores");
    }
    if (!EXTENSION.matcher(datatype.ext()).matches()) {
      fields.fault("/ext", "is empty or begins with its dot, as in .root");
    }
    RequestFields.refuse(faults);
    return datatype;
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
                throw ProblemException.notFound("data type", name);
              }
            })
        .replaceWithVoid();
  }
}
