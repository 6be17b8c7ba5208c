package org.p3s.broker.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.LongPolls;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.pilotidentity.PilotIdentity;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Pilots ask for jobs. */
@Path("/api/v1/pilots/{pilot}/next")
@Tag(name = "pilots")
class NextResource {

  private static final String DEFAULT_WAIT = "30s";

  /**
   * A slot request.
   *
   * @param request a repeat with the same id gets the same job, in case the answer was lost
   * @param slot from 0 on, below the number of slots that the pilot registered with
   * @param remainingS seconds that the pilot still lives; it gets no job that may take longer
   */
  record NextBody(
      @Nullable UUID request,
      @Nullable Integer slot,
      @Nullable Map<String, String> labels,
      @Nullable Long remainingS) {}

  private final LongPolls polls;
  private final SecurityIdentity identity;
  private final InstantSource clock;
  private final BrokerConfig config;

  NextResource(
      LongPolls polls, SecurityIdentity identity, InstantSource clock, BrokerConfig config) {
    this.clock = clock;
    this.polls = polls;
    this.identity = identity;
    this.config = config;
  }

  /**
   * Waits for a job: 200 with the job, 204 if none came within {@code wait}. A slot that holds a
   * job gets that one again. 403 not-yours, 410 pilot-gone.
   */
  @POST
  @RolesAllowed(Roles.PILOT)
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Wait for a job (long poll); 204 if there was none")
  public Uni<RestResponse<ClaimedJobAnswer>> next(
      UUID pilot, @QueryParam("wait") @Nullable String wait, @Nullable NextBody body) {
    PilotIdentity.require(identity, pilot);
    if (body == null || body.request() == null) {
      throw ProblemException.invalid("/request", "is missing; send a UUID of your own");
    }
    if (body.remainingS() != null && body.remainingS() < 0) {
      throw ProblemException.invalid("/remaining_s", "is 0 or more, not " + body.remainingS());
    }
    int slot = body.slot() == null ? 0 : body.slot();
    if (slot < 0) {
      throw ProblemException.invalid("/slot", "is 0 or more, not " + slot);
    }
    int slots = PilotIdentity.slots(identity);
    if (slot >= slots) {
      throw ProblemException.invalid(
          "/slot", "is below the " + slots + " that the pilot registered with, not " + slot);
    }
    SlotRequest request =
        new SlotRequest(
            pilot,
            slot,
            body.request(),
            PilotIdentity.site(identity),
            PilotLabels.of(body.labels()),
            SlotRequest.endOfLife(body.remainingS(), clock.instant()));
    return polls
        .poll(request, WaitParameter.of(wait, DEFAULT_WAIT, config.longPoll().maxWait()))
        .map(
            job ->
                job == null
                    ? RestResponse.noContent()
                    : RestResponse.ok(ClaimedJobAnswer.of(job, config.confirm())));
  }
}
