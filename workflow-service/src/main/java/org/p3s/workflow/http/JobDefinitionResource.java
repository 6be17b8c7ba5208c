package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.WorkflowConfig;
import org.p3s.workflow.app.JobActions;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.WorkflowQueries;
import org.p3s.workflow.postgres.ProvenanceStore;
import org.p3s.workflow.postgres.JobSelectionStore;
import org.p3s.workflow.postgres.ReadModels.JobView;

/** Jobs as definitions: on their own, or part of a workflow. */
@Path("/api/v1/jobs")
public class JobDefinitionResource {

  /** What may be changed of a job: one of them at a time. */
  public record Change(@Nullable Integer priority, @Nullable String state) {}

  private final JobActions jobs;
  private final WorkflowQueries store;
  private final JobSelectionStore selections;
  private final ProvenanceStore provenance;
  private final WorkflowConfig config;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  JobDefinitionResource(
      JobActions jobs,
      WorkflowQueries store,
      JobSelectionStore selections,
      ProvenanceStore provenance,
      WorkflowConfig config,
      InstantSource clock,
      SecurityIdentity identity) {
    this.jobs = jobs;
    this.store = store;
    this.selections = selections;
    this.provenance = provenance;
    this.config = config;
    this.clock = clock;
    this.identity = identity;
  }

  /**
   * Posts a job file: one job or a list, accepted whole or not at all; 201, or 200 where the {@code
   * Idempotency-Key} made them before.
   *
   * @param replicas of each job, 1 by default
   * @param infiles paths, comma-separated: one job for each of them
   */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> submit(
      @Nullable JsonNode file,
      @QueryParam("replicas") @Nullable Integer replicas,
      @QueryParam("infile") @Nullable String infiles,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    JobFileParser.Times times = JobFileParser.Times.of(replicas, infiles);
    List<Job> wanted =
        JobFileParser.read(file, times, user, clock.instant(), config.jobs().maxPerRequest());
    IdempotencyStore.Request once =
        key == null
            ? null
            : new IdempotencyStore.Request(user, key, "POST /jobs " + times + " " + file);
    return jobs.submit(wanted, once)
        .flatMap(
            made ->
                store
                    .all(made.uuids())
                    .map(
                        all ->
                            Response.status(made.repeat() ? 200 : 201)
                                .entity(new Page<>(all, null))
                                .build()));
  }

  /**
   * Newest first, those in state template too, which the monitor has not heard of.
   *
   * @param since defined at that time or later
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<JobView>> list(
      @BeanParam BulkJobResource.Selectors selectors,
      @QueryParam("since") @Nullable String since,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return selections
        .list(selectors.selector(), time(since), Paging.after(after), size + 1)
        .map(rows -> Page.of(rows, size, row -> row.uuid().toString()));
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw ProblemException.invalid("?since", "is a time such as 2026-11-24T10:00:00Z");
    }
  }

  @GET
  @Path("{uuid}")
  @RolesAllowed(Roles.VIEWER)
  public Uni<JobView> get(@PathParam("uuid") UUID uuid) {
    return view(uuid);
  }

  // Not by the resource's own method: the caller's credential is looked at once, at the beginning.
  private Uni<JobView> view(UUID uuid) {
    return store
        .find(uuid)
        .map(
            job -> {
              if (job == null) {
                throw ProblemException.notFound("job", uuid);
              }
              return job;
            });
  }

  /** How it was made and run: template, payload, environment, files, and each attempt. */
  @GET
  @Path("{uuid}/provenance")
  @RolesAllowed(Roles.VIEWER)
  public Uni<ProvenanceStore.Provenance> provenance(@PathParam("uuid") UUID uuid) {
    return provenance.of(uuid);
  }

  /**
   * Does a job that ended, and that is of no workflow, again: 201 with a new job whose {@code
   * rerun_of} is this one.
   */
  @POST
  @Path("{uuid}/rerun")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> rerun(
      @PathParam("uuid") UUID uuid, @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    IdempotencyStore.Request once =
        key == null
            ? null
            : new IdempotencyStore.Request(user, key, "POST /jobs/" + uuid + "/rerun");
    return jobs.rerun(uuid, user, once)
        .flatMap(
            made ->
                view(made.uuids().get(0))
                    .map(job -> Response.status(made.repeat() ? 200 : 201).entity(job).build()));
  }

  /**
   * Changes the priority of a job that waits, {@code {"priority": N}}; or starts one that was
   * posted as a template, {@code {"state": "defined"}}.
   */
  @PATCH
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<JobView> change(@PathParam("uuid") UUID uuid, @Nullable Change change) {
    Integer priority = change == null ? null : change.priority();
    String state = change == null ? null : change.state();
    if ((priority == null) == (state == null)) {
      throw ProblemException.invalid("/priority", "can be changed, or else /state to defined");
    }
    if (priority != null) {
      return jobs.adjust(uuid, priority, identity.getPrincipal().getName()).chain(() -> view(uuid));
    }
    if (!"defined".equals(state)) {
      throw ProblemException.invalid("/state", "can be changed to defined");
    }
    return jobs.activate(uuid).chain(() -> view(uuid));
  }

  /** Cancels; a payload that runs is stopped. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> cancel(@PathParam("uuid") UUID uuid) {
    return jobs.cancel(uuid, identity.getPrincipal().getName())
        .chain(() -> view(uuid))
        .map(job -> Response.accepted(job).build());
  }
}
