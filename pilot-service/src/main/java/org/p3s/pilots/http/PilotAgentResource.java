package org.p3s.pilots.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilotidentity.PilotIdentity;
import org.p3s.pilotidentity.PilotProblem;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.pilots.PilotConfig;
import org.p3s.pilots.app.HeartbeatIntake;
import org.p3s.pilots.app.PilotCommands;
import org.p3s.pilots.app.PilotEnding;
import org.p3s.pilots.app.PilotRegistration;
import org.p3s.pilots.app.PilotSelection;
import org.p3s.pilots.app.PilotStore;
import org.p3s.pilots.domain.HeartbeatJob;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.domain.Site;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Calls of pilot agents: register, send heartbeats, end. */
@Path("/api/v1/pilots")
class PilotAgentResource {

  private static final int MAX_SLOTS = 1024;

  private final PilotRegistration registration;
  private final HeartbeatIntake heartbeats;
  private final PilotEnding ending;
  private final PilotCommands commands;
  private final PilotTokens tokens;
  private final PilotConfig config;
  private final InstantSource clock;
  private final SecurityIdentity identity;
  private final String broker;

  PilotAgentResource(
      PilotRegistration registration,
      HeartbeatIntake heartbeats,
      PilotEnding ending,
      PilotCommands commands,
      PilotTokens tokens,
      PilotConfig config,
      InstantSource clock,
      SecurityIdentity identity,
      @ConfigProperty(name = "p3s.urls.broker") String broker) {
    this.registration = registration;
    this.heartbeats = heartbeats;
    this.ending = ending;
    this.commands = commands;
    this.tokens = tokens;
    this.config = config;
    this.clock = clock;
    this.identity = identity;
    this.broker = broker;
  }

  /** Registers a pilot with its site's join token; answers with a token of the pilot's own. */
  @POST
  @RolesAllowed(Roles.JOIN)
  public Uni<Response> register(@Nullable RegistrationBody body) {
    if (body == null || body.site() == null || body.host() == null || body.pid() == null) {
      throw ProblemException.invalid("/", "a registration names site, host and pid");
    }
    String siteOfToken = identity.getAttribute("site");
    if (siteOfToken != null && !siteOfToken.equals(body.site())) {
      throw new ProblemException(
          CommonProblem.FORBIDDEN, "This join token is for the site " + siteOfToken + ".");
    }
    Integer slots = body.slots();
    if (slots != null && (slots < 1 || slots > MAX_SLOTS)) {
      throw ProblemException.invalid("/slots", "is 1 to " + MAX_SLOTS + ", not " + slots);
    }
    return registration
        .register(
            new PilotRegistration.Applicant(
                body.uuid(),
                body.site(),
                body.host(),
                body.pid(),
                slots,
                body.extra(),
                body.version()))
        .map(registered -> Response.status(201).entity(answer(registered)).build());
  }

  private RegistrationAnswer answer(PilotRegistration.Registered registered) {
    Pilot pilot = registered.pilot();
    Site site = registered.site();
    PilotTokens.Issued issued =
        tokens.issue(pilot.uuid(), site.name(), pilot.slots(), config.tokenLife());
    return new RegistrationAnswer(
        pilot.uuid(),
        issued.token(),
        issued.expires(),
        site.pilotbeat(),
        config.missedBeats(),
        broker,
        site.env(),
        site.allowEnv(),
        site.prefix(),
        site.pilotcycles(),
        site.pilotlife(),
        pilot.slots());
  }

  /** Takes a heartbeat; 410 {@code pilot-gone} if the pilot has ended or was declared lost. */
  @POST
  @Path("{uuid}/beat")
  @RolesAllowed(Roles.PILOT)
  public Uni<HeartbeatAnswer> heartbeat(
      @PathParam("uuid") UUID uuid, @Nullable HeartbeatBody body) {
    PilotIdentity.require(identity, uuid);
    Instant now = clock.instant();
    boolean needsToken = needsToken(now);
    HeartbeatBody given = body == null ? new HeartbeatBody(null, null, null) : body;
    return heartbeats
        .take(
            new PilotStore.Heartbeat(
                uuid,
                state(given.state()),
                jobs(given.jobs()),
                given.jobcount() == null ? 0 : given.jobcount(),
                now))
        .map(pilot -> answer(pilot.orElseThrow(() -> gone(uuid)), needsToken));
  }

  private static PilotState state(@Nullable String text) {
    if (text == null) {
      return PilotState.NO_JOBS;
    }
    return PilotState.of(text)
        .filter(state -> !state.isEnd())
        .orElseThrow(
            () -> ProblemException.invalid("/state", "no state of a living pilot: " + text));
  }

  private static List<HeartbeatJob> jobs(@Nullable List<PilotHeartbeat.Held> held) {
    if (held == null) {
      return List.of();
    }
    if (held.contains(null)) {
      throw ProblemException.invalid("/jobs", "has an entry that is null");
    }
    return held.stream().map(h -> new HeartbeatJob(h.job(), h.lease(), h.pid())).toList();
  }

  private static ProblemException gone(UUID uuid) {
    return new ProblemException(
        PilotProblem.PILOT_GONE,
        "The pilot "
            + uuid
            + " has ended or was declared lost; stop the payload and register anew.");
  }

  private HeartbeatAnswer answer(Pilot pilot, boolean needsToken) {
    PilotCommand command = pilot.command();
    List<Order> orders =
        command == null
            ? List.of()
            : List.of(new Order(command.text(), "asked for by an operator"));
    if (!needsToken) {
      return new HeartbeatAnswer(pilot.state().text(), orders, null, null);
    }
    PilotTokens.Issued issued =
        tokens.issue(pilot.uuid(), pilot.site(), pilot.slots(), config.tokenLife());
    return new HeartbeatAnswer(pilot.state().text(), orders, issued.token(), issued.expires());
  }

  /** True if the caller's token is past half of its life. */
  private boolean needsToken(Instant now) {
    Instant expires = PilotIdentity.expires(identity);
    return expires == null || now.plus(config.tokenLife().dividedBy(2)).isAfter(expires);
  }

  /** Ends a pilot. A pilot ends itself at once; an operator stops it with its next heartbeat. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed({Roles.PILOT, Roles.OPERATOR})
  public Uni<Void> end(
      @PathParam("uuid") UUID uuid, @QueryParam("reason") @Nullable String reason) {
    if (identity.hasRole(Roles.PILOT)) {
      PilotIdentity.require(identity, uuid);
      return ending.endByItself(uuid, reason == null ? "ended by itself" : reason);
    }
    // A command, not an end: a pilot that finds itself ended registers anew.
    return commands
        .send(PilotSelection.of(uuid), PilotCommand.STOP, identity.getPrincipal().getName())
        .invoke(
            count -> {
              if (count == 0) {
                throw ProblemException.notFound("living pilot", uuid);
              }
            })
        .replaceWithVoid();
  }

  /** A registration; the pilot chooses its uuid, so that a repeat is recognized. */
  record RegistrationBody(
      @Nullable UUID uuid,
      @Nullable String site,
      @Nullable String host,
      @Nullable Long pid,
      @Nullable Integer slots,
      @Nullable String extra,
      @Nullable String version) {}

  /**
   * The answer to a registration.
   *
   * @param beatS seconds between two heartbeats
   * @param cycles how often the pilot asks for a job, 0 for no limit
   * @param lifeS seconds after which the pilot asks for no more jobs, 0 for no limit
   * @param slots as the pilot said, else as its site says
   */
  record RegistrationAnswer(
      UUID uuid,
      String token,
      Instant tokenExpires,
      int beatS,
      int beatsMissed,
      String broker,
      Map<String, String> env,
      List<String> allowEnv,
      List<String> prefix,
      int cycles,
      int lifeS,
      int slots) {}

  /** A heartbeat; {@code jobcount} is how many jobs the pilot has ended. */
  record HeartbeatBody(
      @Nullable String state,
      @Nullable List<PilotHeartbeat.Held> jobs,
      @Nullable Integer jobcount) {}

  /** An operator's command, {@code drain} or {@code stop}. */
  record Order(String order, @Nullable String reason) {}

  /** The answer to a heartbeat; with a token if the present one is past half of its life. */
  record HeartbeatAnswer(
      String state, List<Order> orders, @Nullable String token, @Nullable Instant tokenExpires) {}
}
