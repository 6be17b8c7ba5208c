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
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.FinishReports;
import org.p3s.broker.app.LeasePolling;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.app.LogStreaming;
import org.p3s.broker.app.StartReports;
import org.p3s.broker.domain.Text;
import org.p3s.pilotidentity.PilotIdentity;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/**
 * The requests of pilots about jobs that they hold. 409 lease-lost means that the pilot has to stop
 * the payload and to drop the report. A repeat is answered like the first request.
 */
@Path("/api/v1/leases/{job}")
@RolesAllowed(Roles.PILOT)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "pilots")
class LeaseResource {

  /**
   * The payload runs.
   *
   * @param at by the pilot's clock; it is not stored, because the broker's clock counts
   */
  record StartBody(
      @Nullable Long lease,
      @Nullable UUID pilot,
      @Nullable Long pid,
      @Nullable String host,
      @Nullable Instant at,
      @Nullable String workdir) {}

  /** The report was accepted; {@code next} is null if no job waits, or none was asked for. */
  record FinishAnswer(boolean accepted, @Nullable ClaimedJobAnswer next) {}

  /**
   * What the pilot has to know about the job. With {@code stop} its payload is to be stopped and
   * reported as cancelled, with {@code follow} its output is to be sent while it is written.
   */
  record LeaseAnswer(String state, boolean stop, @Nullable String reason, boolean follow) {}

  private final StartReports starts;
  private final FinishReports finishes;
  private final LeasePolling leases;
  private final LogStreaming logs;
  private final SecurityIdentity identity;
  private final BrokerConfig config;

  LeaseResource(
      StartReports starts,
      FinishReports finishes,
      LeasePolling leases,
      LogStreaming logs,
      SecurityIdentity identity,
      BrokerConfig config) {
    this.starts = starts;
    this.finishes = finishes;
    this.leases = leases;
    this.logs = logs;
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
    ReportDetails details =
        ReportDetails.ofStart(
            Text.withoutNul(body.host()), body.pid(), Text.withoutNul(body.workdir()));
    return starts
        .start(new StartReports.StartRequest(job, body.lease(), caller(body.pilot()), details))
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
        .finish(body.toRequest(job, pilot, PilotIdentity.site(identity), config.log().kept()))
        .map(
            next ->
                new FinishAnswer(
                    true, next == null ? null : ClaimedJobAnswer.of(next, config.confirm())));
  }

  /**
   * Asked while the payload runs: whether the pilot still holds the job, whether it is still
   * wanted, and whether its log is followed. With {@code wait} the answer comes as soon as there is
   * something to do.
   */
  @GET
  @Operation(summary = "Whether a held job is still the pilot's, still wanted, and followed")
  public Uni<LeaseAnswer> lease(
      UUID job,
      @QueryParam("lease") @Nullable Long lease,
      @QueryParam("wait") @Nullable String wait) {
    if (lease == null) {
      throw ProblemException.invalid("?lease", "is missing");
    }
    Duration longest = WaitParameter.of(wait, "0s", config.longPoll().maxWait());
    return leases
        .poll(job, lease, PilotIdentity.uuid(identity), longest)
        .map(view -> new LeaseAnswer(view.state(), view.stop(), view.why(), view.follow()));
  }

  /** Takes the output of a followed payload; the answer tells whether to send more. */
  @POST
  @Path("/log")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Send the output of a followed payload")
  public Uni<LeaseAnswer> log(UUID job, @Nullable LogBody body) {
    if (body == null || body.lease() == null) {
      throw ProblemException.invalid("/lease", "is missing");
    }
    return logs.append(
            job,
            body.lease(),
            PilotIdentity.uuid(identity),
            body.chunks(config.log().kept()),
            body.ends())
        .map(
            instructions ->
                new LeaseAnswer(
                    instructions.state(),
                    instructions.stop(),
                    instructions.why(),
                    instructions.follow()));
  }

  private UUID caller(@Nullable UUID named) {
    if (named != null) {
      PilotIdentity.require(identity, named);
    }
    return PilotIdentity.uuid(identity);
  }
}
