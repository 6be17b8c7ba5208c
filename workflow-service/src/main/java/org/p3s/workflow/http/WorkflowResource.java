package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
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
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.WorkflowReruns;
import org.p3s.workflow.app.WorkflowActions;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.WorkflowQueries;
import org.p3s.workflow.postgres.ReadModels.WorkflowView;

/** Workflows: made from templates, shown, cancelled. */
@Path("/api/v1/workflows")
public class WorkflowResource {

  private final WorkflowActions workflows;
  private final WorkflowReruns reruns;
  private final WorkflowQueries store;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  WorkflowResource(
      WorkflowActions workflows,
      WorkflowReruns reruns,
      WorkflowQueries store,
      InstantSource clock,
      SecurityIdentity identity) {
    this.workflows = workflows;
    this.reruns = reruns;
    this.store = store;
    this.clock = clock;
    this.identity = identity;
  }

  /**
   * Makes a workflow and starts it, unless its state shall be template. Body: {@code {dag, name,
   * files, jobs, state, priority, staleafter, run, subrun}}; files by {@code "src:tgt"}, or one of
   * parallel edges by {@code "src:tgt:datatag"}, with name, dirpath and comment, or the word {@code
   * sticky} or {@code inherit:X}; jobs by node with payload, env, priority and timelimit. 201, or
   * 200 where the {@code Idempotency-Key} made it before; with the workflow as in lists, since its
   * jobs may be thousands.
   *
   * @param dryRun true: answers 200 with what would be made, and makes nothing
   */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> start(
      @Nullable JsonNode request,
      @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    WorkflowRequestParser.Wish wish = WorkflowRequestParser.read(request, user, clock.instant());
    if (dryRun) {
      return workflows.preview(wish.dag(), wish.order()).map(WorkflowResource::shown);
    }
    return workflows
        .start(wish.dag(), wish.order(), once(user, key, "POST /workflows " + request))
        .flatMap(this::made);
  }

  /**
   * Does a workflow that ended again: {@code {}} all of it, {@code {"failed": true}} what did not
   * succeed, {@code {"from": NODE}} that node as well; with all that comes after. The rest is taken
   * over with its files. 201 with the new workflow, whose {@code rerun_of} is this one; 409 while
   * it runs.
   */
  @POST
  @Path("{uuid}/rerun")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> rerun(
      @PathParam("uuid") UUID uuid,
      @Nullable JsonNode again,
      @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    WorkflowReruns.Wish wish = WorkflowChangeParser.rerun(again);
    if (dryRun) {
      return reruns.preview(uuid, wish, user).map(WorkflowResource::shown);
    }
    String text = "POST /workflows/" + uuid + "/rerun " + wish;
    return reruns.rerun(uuid, wish, user, once(user, key, text)).flatMap(this::made);
  }

  private static Response shown(InitialState started) {
    return Response.ok(WorkflowView.of(started)).build();
  }

  private static IdempotencyStore.@Nullable Request once(
      String user, @Nullable String key, String text) {
    return key == null ? null : new IdempotencyStore.Request(user, key, text);
  }

  private Uni<Response> made(IdempotencyStore.Made made) {
    return store
        .head(made.uuids().get(0))
        .map(workflow -> Response.status(made.repeat() ? 200 : 201).entity(workflow).build());
  }

  /**
   * Starts a workflow that was made as a template: {@code {"state": "defined"}}; or marks one that
   * ended for reprocessing, or not: {@code {"reprocess": true}}.
   */
  @PATCH
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<WorkflowView> change(@PathParam("uuid") UUID uuid, @Nullable JsonNode body) {
    WorkflowChangeParser.Change change = WorkflowChangeParser.read(body);
    Boolean reprocess = change.reprocess();
    if (reprocess != null) {
      return store.mark(uuid, reprocess).chain(() -> store.head(uuid));
    }
    return workflows.activate(uuid).chain(() -> store.head(uuid));
  }

  /** Newest first. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<WorkflowView>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("dag") @Nullable String dag,
      @QueryParam("name") @Nullable String name,
      @QueryParam("reprocess") @Nullable Boolean reprocess,
      @QueryParam("rerun_of") @Nullable UUID rerunOf,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return store
        .workflows(
            new WorkflowQueries.Filter(state, dag, name, reprocess, rerunOf),
            Paging.after(after),
            size + 1)
        .map(rows -> Page.of(rows, size, row -> row.uuid().toString()));
  }

  /** One workflow with its jobs and data. */
  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<WorkflowView> get(@PathParam("uuid") UUID uuid) {
    return store.workflow(uuid);
  }

  /** Cancels: what waits never starts, what runs is stopped. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> cancel(@PathParam("uuid") UUID uuid) {
    return workflows
        .cancel(uuid, identity.getPrincipal().getName())
        .chain(() -> store.head(uuid))
        .map(workflow -> Response.accepted(workflow).build());
  }
}
