package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.http.ProblemException;
import org.p3s.workflow.app.Workflows;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.JobStore;
import org.p3s.workflow.postgres.Views.WorkflowView;

/** Workflows: made from templates, shown, cancelled. */
@Path("/api/v1/workflows")
public class WorkflowResource {

  /** What may be changed of a workflow. */
  public record Change(@Nullable String state) {}

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

  /**
   * Makes a workflow and starts it, unless its state shall be template. Body: {@code {dag, name,
   * files, jobs, state, priority, staleafter, run, subrun}}; files by {@code "src:tgt"} or {@code
   * "src:tgt:datatag"} with name, dirpath and comment, or the word {@code sticky} or {@code
   * inherit:X}; jobs by node with payload, env, priority and timelimit. 201, or 200 where the
   * {@code Idempotency-Key} made it before.
   */
  @POST
  @RolesAllowed("operator")
  public Uni<Response> start(
      @Nullable JsonNode request, @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    WorkflowFile.Wish wish = WorkflowFile.read(request, user, clock.instant());
    IdempotencyStore.Request once =
        key == null ? null : new IdempotencyStore.Request(user, key, "POST /workflows " + request);
    return workflows
        .start(wish.dag(), wish.order(), once)
        .flatMap(
            made ->
                store
                    .workflow(made.uuids().get(0))
                    .map(
                        workflow ->
                            Response.status(made.repeat() ? 200 : 201).entity(workflow).build()));
  }

  /** Starts a workflow that was made as a template: {@code {"state": "defined"}}. */
  @PATCH
  @Path("{uuid}")
  @RolesAllowed("operator")
  public Uni<WorkflowView> change(@PathParam("uuid") UUID uuid, @Nullable Change change) {
    if (change == null || !"defined".equals(change.state())) {
      throw ProblemException.invalid("/state", "can be changed to defined only");
    }
    return workflows.activate(uuid).chain(() -> store.workflow(uuid));
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
