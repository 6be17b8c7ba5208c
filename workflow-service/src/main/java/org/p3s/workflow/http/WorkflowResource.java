package org.p3s.workflow.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.http.ProblemException;
import org.p3s.workflow.app.Workflows;
import org.p3s.workflow.domain.FileInfo;
import org.p3s.workflow.domain.JobInfo;
import org.p3s.workflow.domain.Order;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.JobStore;
import org.p3s.workflow.postgres.Views.WorkflowView;

/** Workflows: made from templates, shown, cancelled. */
@Path("/api/v1/workflows")
public class WorkflowResource {

  /** What is asked for; files and jobs are the file info and job info of the old system. */
  public record Request(
      @Nullable String dag,
      @Nullable String name,
      @Nullable Map<String, FileInfo> files,
      @Nullable Map<String, JobInfo> jobs,
      @Nullable String state,
      @Nullable Integer priority,
      @Nullable Long staleafter,
      @Nullable Long run,
      @Nullable Long subrun) {}

  private final Workflows workflows;
  private final JobStore store;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  WorkflowResource(
      Workflows workflows, JobStore store, InstantSource clock, SecurityIdentity identity) {
    this.workflows = workflows;
    this.store = store;
    this.clock = clock;
    this.identity = identity;
  }

  /** Makes a workflow and starts it, unless its state shall be template. */
  @POST
  @RolesAllowed("operator")
  public Uni<Response> start(
      @Nullable Request request, @HeaderParam("Idempotency-Key") @Nullable String key) {
    if (request == null || request.dag() == null || request.dag().isBlank()) {
      throw ProblemException.invalid("/dag", "names the DAG to make a workflow of");
    }
    String state = request.state() == null ? "defined" : request.state();
    if (!state.equals("defined") && !state.equals("template")) {
      throw ProblemException.invalid("/state", "is defined or template, not '" + state + "'");
    }
    String user = identity.getPrincipal().getName();
    Order order =
        new Order(
            request.name(),
            request.files() == null ? Map.of() : request.files(),
            request.jobs() == null ? Map.of() : request.jobs(),
            state.equals("defined"),
            request.priority(),
            request.staleafter(),
            request.run(),
            request.subrun(),
            user,
            null,
            clock.instant());
    IdempotencyStore.Request once =
        key == null ? null : new IdempotencyStore.Request(user, key, request.toString());
    return workflows
        .start(request.dag(), order, once)
        .flatMap(store::workflow)
        .map(workflow -> Response.status(201).entity(workflow).build());
  }

  /** Newest first. */
  @GET
  @RolesAllowed("viewer")
  public Uni<Page<WorkflowView>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("dag") @Nullable String dag,
      @QueryParam("name") @Nullable String name,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return store
        .workflows(state, dag, name, Paging.after(after), size + 1)
        .map(rows -> Page.of(rows, size, row -> row.uuid().toString()));
  }

  /** One workflow with its jobs and data. */
  @GET
  @Path("{uuid}")
  @RolesAllowed("viewer")
  public Uni<WorkflowView> get(@PathParam("uuid") UUID uuid) {
    return store.workflow(uuid);
  }

  /** Cancels: what waits never starts, what runs is stopped. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed("operator")
  public Uni<Response> cancel(@PathParam("uuid") UUID uuid) {
    return workflows
        .cancel(uuid, identity.getPrincipal().getName())
        .chain(() -> store.workflow(uuid))
        .map(workflow -> Response.accepted(workflow).build());
  }
}
