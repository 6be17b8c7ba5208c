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
import org.p3s.workflow.app.IdempotencyStore.KeyedRequest;
import org.p3s.workflow.app.JobActions;
import org.p3s.workflow.app.JobDefinitionView;
import org.p3s.workflow.app.Provenance;
import org.p3s.workflow.app.ProvenanceQueries;
import org.p3s.workflow.app.WorkflowQueries;
import org.p3s.workflow.domain.Job;

/** Jobs as they are defined, with and without a workflow. */
@Path("/api/v1/jobs")
class JobDefinitionResource {

  /** A change of a job: exactly one of the two is given. */
  public record JobChange(@Nullable Integer priority, @Nullable String state) {}

  private final JobActions jobs;
  private final WorkflowQueries queries;
  private final ProvenanceQueries provenances;
  private final WorkflowConfig config;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  JobDefinitionResource(
      JobActions jobs,
      WorkflowQueries queries,
      ProvenanceQueries provenances,
      WorkflowConfig config,
      InstantSource clock,
      SecurityIdentity identity) {
    this.jobs = jobs;
    this.queries = queries;
    this.provenances = provenances;
    this.config = config;
    this.clock = clock;
    this.identity = identity;
  }

  /**
   * Submits a job file: one job or a list, of which all jobs are accepted or none. 201, or 200 if a
   * request with this {@code Idempotency-Key} made them before.
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
    JobFileParser.Copies copies = JobFileParser.Copies.of(replicas, infiles);
    List<Job> submitted =
        JobFileParser.parse(file, copies, user, clock.instant(), config.jobs().maxPerRequest());
    KeyedRequest request = KeyedRequest.of(user, key, "POST /jobs " + copies + " " + file);
    return jobs.submit(submitted, request)
        .flatMap(
            made ->
                queries
                    .jobs(made.uuids())
                    .map(
                        all ->
                            Response.status(made.repeated() ? 200 : 201)
                                .entity(new Page<>(all, null))
                                .build()));
  }

  /**
   * Jobs, newest first; also those in state template, which the monitor does not know.
   *
   * @param since only those that were defined at that time or later
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Uni<Page<JobDefinitionView>> list(
      @BeanParam JobSelectorParams selector,
      @QueryParam("since") @Nullable String since,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("after") @Nullable String after) {
    int size = Paging.limit(limit);
    return queries
        .jobs(selector.forList(), time(since), Paging.after(after), size + 1)
        .map(all -> Page.of(all, size, job -> job.uuid().toString()));
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
  public Uni<JobDefinitionView> get(@PathParam("uuid") UUID uuid) {
    return queries.job(uuid);
  }

  /** How it was made and where it ran: template, payload, environment, files and attempts. */
  @GET
  @Path("{uuid}/provenance")
  @RolesAllowed(Roles.VIEWER)
  public Uni<Provenance> provenance(@PathParam("uuid") UUID uuid) {
    return provenances.provenance(uuid);
  }

  /**
   * Does an ended job of no workflow again: 201 with a new job whose {@code rerun_of} is this one.
   */
  @POST
  @Path("{uuid}/rerun")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> rerun(
      @PathParam("uuid") UUID uuid, @HeaderParam("Idempotency-Key") @Nullable String key) {
    String user = identity.getPrincipal().getName();
    KeyedRequest request = KeyedRequest.of(user, key, "POST /jobs/" + uuid + "/rerun");
    return jobs.rerun(uuid, user, request)
        .flatMap(
            made ->
                queries
                    .job(made.uuids().get(0))
                    .map(job -> Response.status(made.repeated() ? 200 : 201).entity(job).build()));
  }

  /**
   * Changes the priority of a job that waits, {@code {"priority": N}}; or starts a job that was
   * submitted as a template, {@code {"state": "defined"}}.
   */
  @PATCH
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<JobDefinitionView> change(@PathParam("uuid") UUID uuid, @Nullable JobChange change) {
    Integer priority = change == null ? null : change.priority();
    String state = change == null ? null : change.state();
    if ((priority == null) == (state == null)) {
      throw ProblemException.invalid("/priority", "can be changed, or else /state to defined");
    }
    if (priority != null) {
      return jobs.adjust(uuid, priority, identity.getPrincipal().getName())
          .chain(() -> queries.job(uuid));
    }
    if (!"defined".equals(state)) {
      throw ProblemException.invalid("/state", "can be changed to defined");
    }
    return jobs.start(uuid).chain(() -> queries.job(uuid));
  }

  /** Cancels a job; a payload that runs is stopped. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Response> cancel(@PathParam("uuid") UUID uuid) {
    return jobs.cancel(uuid, identity.getPrincipal().getName())
        .chain(() -> queries.job(uuid))
        .map(job -> Response.accepted(job).build());
  }
}
