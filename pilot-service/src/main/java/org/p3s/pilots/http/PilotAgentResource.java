package org.p3s.pilots.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
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
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilotidentity.PilotIdentity;
import org.p3s.pilotidentity.PilotProblem;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.pilots.PilotConfig;
import org.p3s.pilots.app.Pilots;
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.postgres.PilotRow;
import org.p3s.pilots.postgres.PilotStore;
import org.p3s.pilots.postgres.SiteEntity;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Pilots register, beat and leave. */
@Path("/api/v1/pilots")
public class PilotAgentResource {
  private final Pilots pilots;
  private final PilotTokens tokens;
  private final PilotConfig config;
  private final InstantSource clock;
  private final SecurityIdentity identity;
  private final String broker;

  PilotAgentResource(
      Pilots pilots,
      PilotTokens tokens,
      PilotConfig config,
      InstantSource clock,
      SecurityIdentity identity,
      @ConfigProperty(name = "p3s.urls.broker") String broker) {
    this.pilots = pilots;
    this.tokens = tokens;
    this.config = config;
    this.clock = clock;
    this.identity = identity;
    this.broker = broker;
  }

  /** Registers a pilot with its site's join token; answers with a token of its own. */
  @POST
  @RolesAllowed(Roles.JOIN)
  public Uni<Response> register(@Nullable Registration who) {
    if (who == null || who.site() == null || who.host() == null || who.pid() == null) {
      throw ProblemException.invalid("/", "a registration names site, host and pid");
    }
    String bound = identity.getAttribute("site");
    if (bound != null && !bound.equals(who.site())) {
      throw new ProblemException(
          CommonProblem.FORBIDDEN, "This join token is for the site " + bound + ".");
    }
    Integer slots = who.slots();
    if (slots != null && (slots < 1 || slots > 1024)) {
      throw ProblemException.invalid("/slots", "is 1 to 1024, not " + slots);
    }
    return pilots
        .register(
            new Pilots.Applicant(
                who.uuid(), who.site(), who.host(), who.pid(), slots, who.extra(), who.version()))
        .map(registered -> Response.status(201).entity(welcome(registered)).build());
  }

  private Welcome welcome(Pilots.Registered registered) {
    SiteEntity site = registered.site();
    PilotTokens.Issued issued =
        tokens.issue(
            registered.pilot().uuid(), site.name, registered.pilot().slots(), config.tokenLife());
    return new Welcome(
        registered.pilot().uuid(),
        issued.token(),
        issued.expires(),
        site.pilotbeat,
        config.missedBeats(),
        broker,
        json(site.env, new TypeReference<Map<String, String>>() {}),
        json(site.allowEnv, new TypeReference<List<String>>() {}),
        json(site.prefix, new TypeReference<List<String>>() {}),
        site.pilotcycles,
        site.pilotlife,
        registered.pilot().slots());
  }

  static <T> T json(String text, TypeReference<T> type) {
    try {
      return JsonCodec.mapper().readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored site can't be read", e);
    }
  }

  /** A sign of life; 410 {@code pilot-gone} if the pilot has ended or was declared lost. */
  @POST
  @Path("{uuid}/beat")
  @RolesAllowed(Roles.PILOT)
  public Uni<BeatAnswer> beat(@PathParam("uuid") UUID uuid, @Nullable Beat beat) {
    if (!identity.getPrincipal().getName().equals(uuid.toString())) {
      throw new ProblemException(PilotProblem.NOT_YOURS, "Your token is another pilot's.");
    }
    Instant now = clock.instant();
    String state = beat == null || beat.state() == null ? "no-jobs" : beat.state();
    if (PilotState.of(state).filter(s -> !s.isEnd()).isEmpty()) {
      throw ProblemException.invalid("/state", "no state of a living pilot: " + state);
    }
    List<PilotHeartbeat.Held> held = beat == null ? null : beat.jobs();
    if (held != null && held.contains(null)) {
      throw ProblemException.invalid("/jobs", "has an entry that is null");
    }
    PilotStore.Beat heard =
        new PilotStore.Beat(
            uuid,
            state,
            held == null ? List.of() : held,
            beat == null || beat.jobcount() == null ? 0 : beat.jobcount(),
            now);
    boolean needsToken = needsToken(now);
    return pilots.beat(heard).map(pilot -> answer(pilot.orElse(null), uuid, needsToken));
  }

  private BeatAnswer answer(@Nullable PilotRow pilot, UUID uuid, boolean needsToken) {
    if (pilot == null) {
      throw new ProblemException(
          PilotProblem.PILOT_GONE,
          "The pilot "
              + uuid
              + " has ended or was declared lost; stop the payload and register anew.");
    }
    List<Instruction> orders =
        pilot.command() == null
            ? List.of()
            : List.of(new Instruction(pilot.command(), "asked for by an operator"));
    if (!needsToken) {
      return new BeatAnswer(pilot.state(), orders, null, null);
    }
    PilotTokens.Issued issued = tokens.issue(uuid, pilot.site(), pilot.slots(), config.tokenLife());
    return new BeatAnswer(pilot.state(), orders, issued.token(), issued.expires());
  }

  /** True if the caller's token is past half of its life. */
  private boolean needsToken(Instant now) {
    Instant expires = PilotIdentity.expires(identity);
    return expires == null || now.plus(config.tokenLife().dividedBy(2)).isAfter(expires);
  }

  /** A pilot ends itself; an operator tells it to stop with its next beat. */
  @DELETE
  @Path("{uuid}")
  @RolesAllowed({Roles.PILOT, Roles.OPERATOR})
  public Uni<Void> end(
      @PathParam("uuid") UUID uuid, @QueryParam("reason") @Nullable String reason) {
    boolean itself = identity.hasRole("pilot");
    if (itself && !identity.getPrincipal().getName().equals(uuid.toString())) {
      throw new ProblemException(PilotProblem.NOT_YOURS, "Your token is another pilot's.");
    }
    if (itself) {
      String why = reason == null ? "ended by itself" : reason;
      return pilots.end(List.of(uuid), "OK", why).replaceWithVoid();
    }
    // An order, not an end: a pilot that finds itself ended registers anew.
    PilotStore.Filter one = new PilotStore.Filter(List.of(uuid), null, null, null);
    return pilots
        .command(one, "stop", identity.getPrincipal().getName())
        .invoke(
            told -> {
              if (told == 0) {
                throw ProblemException.notFound("living pilot", uuid);
              }
            })
        .replaceWithVoid();
  }

  /** Who registers; the uuid is the pilot's choice, so that a repeat is known as one. */
  public record Registration(
      @Nullable UUID uuid,
      @Nullable String site,
      @Nullable String host,
      @Nullable Long pid,
      @Nullable Integer slots,
      @Nullable Map<String, String> labels,
      @Nullable String extra,
      @Nullable String version) {}

  /**
   * Answer to a registration; {@code beat_s} and {@code life_s} in seconds, 0 for no limit; {@code
   * slots} as the pilot said, else as its site says.
   */
  public record Welcome(
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

  /** A sign of life. */
  public record Beat(
      @Nullable String state,
      @Nullable List<PilotHeartbeat.Held> jobs,
      @Nullable Integer jobcount) {}

  /** {@code drain} or {@code stop}. */
  public record Instruction(String order, @Nullable String reason) {}

  /** Answer to a beat. */
  public record BeatAnswer(
      String state,
      List<Instruction> orders,
      @Nullable String token,
      @Nullable Instant tokenExpires) {}
}
