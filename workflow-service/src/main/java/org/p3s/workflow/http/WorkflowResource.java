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
import org.p3s.workflow.app.IdempotencyStore.KeyedRequest;
import org.p3s.workflow.app.IdempotencyStore.Made;
import org.p3s.workflow.app.WorkflowActions;
import org.p3s.workflow.app.WorkflowCreation;
import org.p3s.workflow.app.WorkflowQueries;
import org.p3s.workflow.app.WorkflowQueries.WorkflowFilter;
import org.p3s.workflow.app.WorkflowReruns;
import org.p3s.workflow.app.WorkflowReruns.RerunRequest;
import org.p3s.workflow.app.WorkflowView;
import org.p3s.workflow.domain.InitialState;

/** Workflows. */
@Path("/api/v1/workflows")
class WorkflowResource {

  private final WorkflowCreation creation;
  private final WorkflowReruns reruns;
  private final WorkflowActions actions;
  private final WorkflowQueries queries;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  WorkflowResource(
      WorkflowCreation creation,
      WorkflowReruns reruns,
      WorkflowActions actions,
      WorkflowQueries queries,
      InstantSource clock,
      SecurityIdentity identity) {
    this.creation = creation;
    this.reruns = reruns;
    this.actions = actions;
    this.queries = queries;
    this.clock = clock;
    this.identity = identity;
  }

  /**
   * Makes a workflow and starts it, unless {@code state} is {@code template}.
   *
   * <p>Body: {@code {dag, name, files, jobs, state, priority, staleafter, run, subrun}}. Keys of
   * {@code files} are {@code "src:tgt"}, or {@code "src:tgt:datatag"} for one of parallel edges,
   * with name, dirpath and comment; or {@code files} is the word {@code sticky} or {@code
   * inherit:X}. Keys of {@code jobs} are nodes, with payload, env, priority and timelimit.
   *
   * <p>201, or 200 if a request with this {@code Idempotency-Key} made it before; with the workflow
   * as in lists, since it may have thousands of jobs.
   *
   * @param dryRun true: answers 200 with the workflow that would be made, and makes nothing
   */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> create(
      @Nullable JsonNode body,
      @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    WorkflowRequestParser.Parsed parsed = WorkflowRequestParser.parse(body, user, clock.instant());
    if (dryRun) {
      return creation.preview(parsed.dag(), parsed.request()).map(WorkflowResource::preview);
    }
    KeyedRequest keyed = KeyedRequest.of(user, key, "POST /workflows " + body);
    return creation.create(parsed.dag(), parsed.request(), keyed).flatMap(this::answer);
  }

  /**
   * Does an ended workflow again: with {@code {}} all of it, with {@code {"failed": true}} what did
   * not succeed, with {@code {"from": NODE}} that node as well, each with all that comes after. The
   * rest is taken over with its files. 201 with the new workflow, whose {@code rerun_of} is this
   * one; 409 while this one runs.
   */
  @POST
  @Path("{uuid}/rerun")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> rerun(
      @PathParam("uuid") UUID uuid,
      @Nullable JsonNode body,
      @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    RerunRequest rerun = WorkflowChangeParser.parseRerun(body);
    if (dryRun) {
      return reruns.preview(uuid, rerun, user).map(WorkflowResource::preview);
    }
    KeyedRequest keyed = KeyedRequest.of(user, key, "POST /workflows/" + uuid + "/rerun " + rerun);
    return reruns.rerun(uuid, rerun, user, keyed).flatMap(this::answer);
  }

  private static Response preview(InitialState workflow) {
    return Response.ok(WorkflowView.preview(workflow)).build();
  }

  private Uni<Response> answer(Made made) {
    return queries
        .workflowSummary(made.uuids().get(0))
        .map(workflow -> Response.status(made.repeated() ? 200 : 201).entity(workflow).build());
  }

  /**
   * Starts a workflow that was made as a template: {@code {"state": "defined"}}; or marks an ended
   * one for reprocessing, or takes the mark away: {@code {"reprocess": true}}.
   */
  @PATCH
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<WorkflowView> change(@PathParam("uuid") UUID uuid, @Nullable JsonNode body) {
    Boolean reprocess = WorkflowChangeParser.parseChange(body).reprocess();
    Uni<Void> changed =
        reprocess == null ? actions.start(uuid) : actions.markReprocess(uuid, reprocess);
    return changed.chain(() -> queries.workflowSummary(uuid));
  }

  /** Workflows, newest first. */
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
    WorkflowFilter filter = new WorkflowFilter(state, dag, name, reprocess, rerunOf);
    return queries
        .workflows(filter, Paging.after(after), size + 1)
        .map(all -> Page.of(all, size, workflow -> workflow.uuid().toString()));
  }

  /** A workflow with its jobs and datasets. */
  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<WorkflowView> get(@PathParam("uuid") UUID uuid) {
    return queries.workflow(uuid);
  }

  /** Cancels a workflow: waiting jobs never start, payloads that run are stopped. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> cancel(@PathParam("uuid") UUID uuid) {
    return actions
        .cancel(uuid, identity.getPrincipal().getName())
        .chain(() -> queries.workflowSummary(uuid))
        .map(workflow -> Response.accepted(workflow).build());
  }
}
