package org.p3s.broker.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.Finishes;
import org.p3s.broker.app.Following;
import org.p3s.broker.app.JobStore.Details;
import org.p3s.broker.app.Looks;
import org.p3s.broker.app.Reports;
import org.p3s.broker.domain.Text;
import org.p3s.pilotidentity.PilotIdentity;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/**
 * Pilots report about the jobs they hold. 409 lease-lost tells a pilot to stop that payload and to
 * drop the report. Repeats are answered like the first time.
 */
@Path("/api/v1/leases/{job}")
@RolesAllowed(Roles.PILOT)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "pilots")
class LeaseResource {

  /**
   * The payload runs.
   *
   * @param at by the pilot's clock; kept in no place, the broker's clock counts
   */
  record StartBody(
      @Nullable Long lease,
      @Nullable UUID pilot,
      @Nullable Long pid,
      @Nullable String host,
      @Nullable Instant at,
      @Nullable String workdir) {}

  /** Accepted; {@code next} is null if no job waits, or none was asked for. */
  record FinishAnswer(boolean accepted, @Nullable JobAnswer next) {}

  /**
   * How the job stands; with {@code stop} its payload is to be stopped and reported cancelled, with
   * {@code follow} its log is to be sent as it is written.
   */
  record LookAnswer(String state, boolean stop, @Nullable String reason, boolean follow) {}

  private final Reports reports;
  private final Finishes finishes;
  private final Looks looks;
  private final Following following;
  private final SecurityIdentity identity;
  private final BrokerConfig config;

  LeaseResource(
      Reports reports,
      Finishes finishes,
      Looks looks,
      Following following,
      SecurityIdentity identity,
      BrokerConfig config) {
    this.reports = reports;
    this.finishes = finishes;
    this.looks = looks;
    this.following = following;
    this.identity = identity;
    this.config = config;
  }

  /** Confirms that the payload runs. */
  @POST
  @Path("/start")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Report that the payload runs")
  public Uni<Map<String, Object>> start(UUID job, @Nullable StartBody body) {
    if (body == null || body.lease() == null) {
      throw ProblemException.invalid("/lease", "is missing");
    }
    Details details =
        new Details(
            Text.clean(body.host()),
            body.pid(),
            Text.clean(body.workdir()),
            null,
            null,
            List.of(),
            List.of(),
            null,
            null);
    return reports
        .start(new Reports.Start(job, body.lease(), caller(body.pilot()), details))
        .replaceWith(Map.of());
  }

  /** Reports the end of the payload, and may ask for the next job. */
  @POST
  @Path("/finish")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Report the end of the payload, and ask for the next job")
  public Uni<FinishAnswer> finish(UUID job, @Nullable FinishBody body) {
    if (body == null) {
      throw ProblemException.invalid("", "the body is missing");
    }
    UUID pilot = caller(body.pilot());
    return finishes
        .finish(body.toFinish(job, pilot, PilotIdentity.site(identity), config.log().kept()))
        .map(
            next ->
                new FinishAnswer(true, next == null ? null : JobAnswer.of(next, config.confirm())));
  }

  /**
   * Asked while the payload runs: whether the job is still the pilot's, still wanted, and followed.
   * With {@code wait} the answer comes as soon as there is something to do.
   */
  @GET
  @Operation(summary = "Whether a held job is still the pilot's, still wanted, and followed")
  public Uni<LookAnswer> look(
      UUID job,
      @QueryParam("lease") @Nullable Long lease,
      @QueryParam("wait") @Nullable String wait) {
    if (lease == null) {
      throw ProblemException.invalid("?lease", "is missing");
    }
    Duration longest = Waits.of(wait, "0s", config.longPoll().maxWait());
    return looks
        .look(job, lease, PilotIdentity.uuid(identity), longest)
        .map(held -> new LookAnswer(held.state(), held.stop(), held.why(), held.follow()));
  }

  /** Takes what a followed payload writes; the answer says whether to go on. */
  @POST
  @Path("/log")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Send what a followed payload writes")
  public Uni<LookAnswer> log(UUID job, @Nullable LogBody body) {
    if (body == null || body.lease() == null) {
      throw ProblemException.invalid("/lease", "is missing");
    }
    return following
        .append(
            job,
            body.lease(),
            PilotIdentity.uuid(identity),
            body.chunks(config.log().kept()),
            body.ends())
        .map(now -> new LookAnswer(now.state(), now.stop(), now.why(), now.follow()));
  }

  private UUID caller(@Nullable UUID named) {
    if (named != null) {
      PilotIdentity.require(identity, named);
    }
    return PilotIdentity.uuid(identity);
  }
}
