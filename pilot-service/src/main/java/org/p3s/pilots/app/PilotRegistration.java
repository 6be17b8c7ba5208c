package org.p3s.pilots.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.Site;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/** Registers pilots. */
@ApplicationScoped
public class PilotRegistration {

  /**
   * What a pilot registers with.
   *
   * @param uuid null: the service chooses one
   * @param slots null: as many as its site says
   */
  public record Applicant(
      @Nullable UUID uuid,
      String site,
      String host,
      long pid,
      @Nullable Integer slots,
      @Nullable String extra,
      @Nullable String version) {}

  /** A pilot and its site. */
  public record Registered(Pilot pilot, Site site) {}

  private final PilotStore pilots;
  private final SiteStore sites;
  private final Outbox outbox;
  private final InstantSource clock;

  PilotRegistration(PilotStore pilots, SiteStore sites, Outbox outbox, InstantSource clock) {
    this.pilots = pilots;
    this.sites = sites;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Registers a pilot; a repeat with the same uuid by the same process is the same pilot. */
  public Uni<Registered> register(Applicant applicant) {
    return sites
        .find(applicant.site())
        .flatMap(
            site -> {
              if (site == null) {
                throw ProblemException.invalid(
                    "/site", "there is no site " + applicant.site() + "; add it first");
              }
              return register(applicant, site);
            });
  }

  private Uni<Registered> register(Applicant applicant, Site site) {
    Instant now = clock.instant();
    UUID uuid = applicant.uuid() == null ? Ids.next() : applicant.uuid();
    PilotStore.NewPilot wanted =
        new PilotStore.NewPilot(
            uuid,
            site.name(),
            applicant.host(),
            applicant.pid(),
            applicant.slots() == null ? site.slots() : applicant.slots(),
            applicant.extra(),
            applicant.version(),
            Duration.ofSeconds(site.pilotbeat()));
    return outbox.transact(
        tx ->
            pilots
                .register(tx, wanted, now)
                .map(
                    pilot -> {
                      if (pilot == null) {
                        throw new ProblemException(
                            CommonProblem.CONFLICT,
                            "The uuid " + uuid + " is another pilot's, or has ended.");
                      }
                      tx.emit(PilotEvents.of(pilot, PilotHeartbeat.Kind.REGISTER, now));
                      return new Registered(pilot, site);
                    }));
  }
}
