package org.p3s.pilots.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilots.postgres.PilotRow;
import org.p3s.pilots.postgres.PilotStore;
import org.p3s.pilots.postgres.SiteEntity;
import org.p3s.pilots.postgres.SiteStore;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.kafka.Publisher;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/** The life of pilots: register, beat, end. */
@ApplicationScoped
public class Pilots {

  private static final int MOST_BEATS = 2_000;

  /** Who wants to be a pilot; {@code slots} null: as many as its site says. */
  public record Applicant(
      @Nullable UUID uuid,
      String site,
      String host,
      long pid,
      @Nullable Integer slots,
      @Nullable String extra,
      @Nullable String version) {}

  /** A pilot with the site it is at. */
  public record Registered(PilotRow pilot, SiteEntity site) {}

  private final PilotStore store;
  private final SiteStore sites;
  private final Outbox outbox;
  private final Publisher publisher;
  private final ServiceLog log;
  private final InstantSource clock;
  private final RequestBatcher<PilotStore.Beat, Optional<PilotRow>> beats;
  private final Counter received;
  private final Counter lost;

  Pilots(
      PilotStore store,
      SiteStore sites,
      Outbox outbox,
      Publisher publisher,
      ServiceLog log,
      InstantSource clock,
      MeterRegistry metrics) {
    this.store = store;
    this.sites = sites;
    this.outbox = outbox;
    this.publisher = publisher;
    this.log = log;
    this.clock = clock;
    this.beats = new RequestBatcher<>(MOST_BEATS, this::write);
    this.received = metrics.counter("p3s.beats.received");
    this.lost = metrics.counter("p3s.pilots.lost");
  }

  /** Registers; the same uuid from the same process again is the same pilot. */
  public Uni<Registered> register(Applicant who) {
    return sites
        .find(who.site())
        .flatMap(
            site -> {
              if (site == null) {
                throw ProblemException.invalid(
                    "/site", "there is no site " + who.site() + "; add it first");
              }
              Instant now = clock.instant();
              UUID uuid = who.uuid() == null ? Ids.next() : who.uuid();
              return outbox.transact(
                  tx ->
                      store
                          .register(
                              tx.sql(),
                              uuid,
                              who.site(),
                              who.host(),
                              who.pid(),
                              who.slots() == null ? site.slots : who.slots(),
                              who.extra(),
                              who.version(),
                              site.pilotbeat,
                              now)
                          .map(
                              pilot -> {
                                if (pilot == null) {
                                  throw new ProblemException(
                                      CommonProblem.CONFLICT,
                                      "The uuid " + uuid + " is another pilot's, or has ended.");
                                }
                                tx.emit(pilot.event(PilotHeartbeat.Kind.REGISTER, now));
                                return new Registered(pilot, site);
                              }));
            });
  }

  /** Takes a beat; empty if the pilot has ended. */
  public Uni<Optional<PilotRow>> beat(PilotStore.Beat beat) {
    received.increment();
    return beats.submit(beat);
  }

  private Uni<List<Optional<PilotRow>>> write(List<PilotStore.Beat> batch) {
    return store
        .beat(batch)
        .map(
            alive -> {
              publish(alive);
              List<Optional<PilotRow>> answers = new ArrayList<>(batch.size());
              batch.forEach(beat -> answers.add(Optional.ofNullable(alive.get(beat.pilot()))));
              return answers;
            });
  }

  // Plain signs of life may be lost with Kafka; the row in the database is what counts.
  private void publish(Map<UUID, PilotRow> alive) {
    Instant now = clock.instant();
    for (PilotRow pilot : alive.values()) {
      publisher
          .send(pilot.event(PilotHeartbeat.Kind.BEAT, now))
          .subscribe()
          .with(sent -> {}, failure -> {});
    }
  }

  /** Ends pilots, whoever asks for it. */
  public Uni<List<PilotRow>> end(List<UUID> pilots, String status, String reason) {
    return end(pilots, "stopped", status, reason, Collections.nCopies(pilots.size(), null));
  }

  private Uni<List<PilotRow>> end(
      List<UUID> pilots,
      String state,
      String status,
      String reason,
      List<@Nullable Instant> heard) {
    Instant now = clock.instant();
    return outbox.transact(
        tx ->
            store
                .end(tx.sql(), pilots, state, status, reason, now, heard)
                .invoke(
                    ended ->
                        ended.forEach(
                            pilot -> tx.emit(pilot.event(PilotHeartbeat.Kind.END, now)))));
  }

  /** Those that were silent for too long. */
  Uni<Void> endLost(List<PilotRow> silent) {
    return end(
            silent.stream().map(PilotRow::uuid).toList(),
            "timeout",
            "TO",
            "no sign of life for too long",
            silent.stream().<@Nullable Instant>map(PilotRow::tsLhb).toList())
        .invoke(
            ended ->
                ended.forEach(
                    pilot -> {
                      lost.increment();
                      log.warn(
                          "pilot %s at %s (%s) lost after %d s of silence: its job ends as pilot-timeout, nothing is retried"
                              .formatted(
                                  pilot.uuid(),
                                  pilot.host(),
                                  pilot.site(),
                                  Duration.between(pilot.tsLhb(), clock.instant()).toSeconds()));
                    }))
        .replaceWithVoid();
  }

  /** Tells pilots, with their next beats, to finish what they hold and end, or to end now. */
  public Uni<Integer> command(PilotStore.Filter filter, String command, String user) {
    return outbox
        .transact(
            tx ->
                store
                    .command(tx.sql(), filter, command)
                    .invoke(
                        chosen ->
                            chosen.forEach(
                                p -> tx.emit(p.event(PilotHeartbeat.Kind.STATE, clock.instant())))))
        .map(List::size)
        .invoke(n -> log.info(user + " told " + n + " pilots to " + command));
  }
}
