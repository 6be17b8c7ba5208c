package org.p3s.workflow.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.workflow.app.BulkJobActions;
import org.p3s.workflow.postgres.JobSelectionStore.Selector;

/** What is done to all jobs that selectors choose; with {@code dry_run} they are only counted. */
@Path("/api/v1/jobs")
public class BulkJobResource {

  /** How many jobs were meant. */
  public record Count(long count) {}

  /** Selectors as they stand in the query; they combine. */
  public static class Selectors {
    @QueryParam("uuid")
    @Nullable List<UUID> uuids;

    @QueryParam("jobtype")
    @Nullable String jobtype;

    @QueryParam("user")
    @Nullable String user;

    @QueryParam("site")
    @Nullable String site;

    @QueryParam("state")
    @Nullable String state;

    @QueryParam("wfuuid")
    @Nullable UUID wfuuid;

    @QueryParam("name")
    @Nullable String name;

    /** As they are; with none of them all jobs are meant. */
    Selector selector() {
      return new Selector(
          uuids == null ? List.of() : uuids, jobtype, user, site, state, wfuuid, name);
    }

    Selector selector(List<String> states) {
      if (state != null && !states.contains(state)) {
        throw ProblemException.invalid(
            "?state", "is one of " + String.join(", ", states) + ", not " + state);
      }
      Selector selector = selector();
      if (selector.isEmpty()) {
        throw ProblemException.invalid(
            "?uuid", "choose jobs by uuid, jobtype, user, site, state, wfuuid or name");
      }
      return selector;
    }
  }

  private static final List<String> NOT_ENDED =
      List.of("template", "defined", "dispatched", "running");
  private static final List<String> WAITING = List.of("template", "defined");
  private static final List<String> RESTING = List.of("template");

  private final BulkJobActions jobs;
  private final SecurityIdentity identity;

  BulkJobResource(BulkJobActions jobs, SecurityIdentity identity) {
    this.jobs = jobs;
    this.identity = identity;
  }

  /** Cancels the jobs chosen that have not ended; payloads that run are stopped. */
  @POST
  @Path("cancel")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Count> cancel(
      @BeanParam Selectors selectors, @QueryParam("dry_run") boolean countOnly) {
    Selector which = selectors.selector(NOT_ENDED);
    Uni<Long> done =
        countOnly
            ? jobs.countCancellable(which)
            : jobs.cancel(which, identity.getPrincipal().getName());
    return done.map(Count::new);
  }

  /** Changes the priority of the jobs chosen that wait. */
  @POST
  @Path("adjust")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Count> adjust(
      @BeanParam Selectors selectors,
      @QueryParam("priority") @Nullable Integer priority,
      @QueryParam("dry_run") boolean countOnly) {
    if (priority == null) {
      throw ProblemException.invalid("?priority", "is missing; higher is first");
    }
    Selector which = selectors.selector(WAITING);
    Uni<Long> done =
        countOnly
            ? jobs.countAdjustable(which)
            : jobs.adjust(which, priority, identity.getPrincipal().getName());
    return done.map(Count::new);
  }

  /** Starts those of the jobs chosen that were posted as templates. */
  @POST
  @Path("activate")
  @RolesAllowed(Roles.OPERATOR)
  public Uni<Count> activate(
      @BeanParam Selectors selectors, @QueryParam("dry_run") boolean countOnly) {
    Selector which = selectors.selector(RESTING);
    Uni<Long> done = countOnly ? jobs.countActivatable(which) : jobs.activate(which);
    return done.map(Count::new);
  }
}
