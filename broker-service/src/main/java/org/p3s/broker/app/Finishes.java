package org.p3s.broker.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.JobStore.Details;
import org.p3s.broker.app.JobStore.Past;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.Report;
import org.p3s.broker.domain.Seat;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.TransientFailures;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Pilots say how payloads ended. Reports that come while others are written are written together;
 * each is accepted once, and a repeat of an accepted one is answered like the first.
 */
@ApplicationScoped
public class Finishes {

  private static final Logger LOG = Logger.getLogger(Finishes.class);

  /** The pilot wants the next job with the answer; {@code labels} null: those of the last time. */
  public record Next(
      UUID request, String site, @Nullable Map<String, String> labels, @Nullable Long remainingS) {}

  /** The payload ended; {@code dqmProblem} is why its results did not come with it. */
  public record Finish(
      Report report,
      Details details,
      @Nullable JsonNode dqm,
      @Nullable String dqmProblem,
      @Nullable Next next) {}

  private record Finished(Decision decision, @Nullable Offer next) {}

  /** A batch of finish reports on its way through its transaction. */
  private static final class Batch {
    final List<Decision> decisions = new ArrayList<>();
    final Map<Integer, Seat> seats = new LinkedHashMap<>();
    final List<Seat> unasked = new ArrayList<>();
    final long seen;
    final List<String> notes = new ArrayList<>();
    List<Answer> answers = List.of();
    Keeper.@Nullable Stored stored;

    Batch(long seen) {
      this.seen = seen;
    }
  }

  private final JobStore jobs;
  private final Learning learning;
  private final Keeper keeper;
  private final Dispatcher dispatcher;
  private final KnownEmpty empty;
  private final Claims claims;
  private final Outbox outbox;
  private final ServiceLog log;
  private final Meters meters;
  private final InstantSource clock;
  private final RequestBatcher<Finish, Finished> finishes;

  Finishes(
      JobStore jobs,
      Learning learning,
      Keeper keeper,
      Dispatcher dispatcher,
      KnownEmpty empty,
      Claims claims,
      Outbox outbox,
      ServiceLog log,
      Meters meters,
      InstantSource clock,
      BrokerConfig config) {
    this.jobs = jobs;
    this.learning = learning;
    this.keeper = keeper;
    this.dispatcher = dispatcher;
    this.empty = empty;
    this.claims = claims;
    this.outbox = outbox;
    this.log = log;
    this.meters = meters;
    this.clock = clock;
    this.finishes = new RequestBatcher<>(config.batch().reports(), this::finishAll);
  }

  /**
   * Accepts an end; fails with lease-lost if the job ended otherwise or has a newer holder.
   *
   * @return the next job, if one was asked for and waits
   */
  public Uni<@Nullable Offer> finish(Finish finish) {
    return finishes
        .submit(finish)
        .invoke(finished -> Refusal.ifLost(finished.decision(), meters))
        .map(Finished::next);
  }

  private Uni<List<Finished>> finishAll(List<Finish> batch) {
    return finishAll(batch, true)
        .onFailure(failure -> !TransientFailures.isTransient(failure))
        .recoverWithUni(
            failure -> {
              // A claim that fails must not cost an accepted report.
              LOG.warnf("reports written without a claim: %s", failure.getMessage());
              return finishAll(batch, false);
            });
  }

  private Uni<List<Finished>> finishAll(List<Finish> reports, boolean claim) {
    Instant now = clock.instant();
    return outbox
        .transact(tx -> store(tx, reports, claim, now))
        .map(
            batch -> {
              committed(batch);
              return answers(batch);
            });
  }

  private Uni<Batch> store(Tx tx, List<Finish> reports, boolean claim, Instant now) {
    Set<UUID> ids = new HashSet<>();
    reports.forEach(finish -> ids.add(finish.report().job()));
    return jobs.lock(tx, ids)
        .flatMap(
            locked -> {
              Map<UUID, Job> byUuid = byUuid(locked);
              return pastOf(tx, reports, byUuid)
                  .flatMap(past -> decided(tx, reports, byUuid, past, claim, now));
            });
  }

  /** The ledger is asked only for reports that no live job answers to. */
  private Uni<Map<UUID, List<Past>>> pastOf(Tx tx, List<Finish> reports, Map<UUID, Job> locked) {
    Set<UUID> unknown = new HashSet<>();
    for (Finish finish : reports) {
      Job job = locked.get(finish.report().job());
      Holder holder = job == null ? null : job.holder();
      if (holder == null || !holder.is(finish.report().pilot(), finish.report().lease())) {
        unknown.add(finish.report().job());
      }
    }
    if (unknown.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return jobs.past(tx, unknown)
        .map(
            found -> {
              Map<UUID, List<Past>> byJob = new HashMap<>();
              found.forEach(
                  past -> byJob.computeIfAbsent(past.job(), job -> new ArrayList<>()).add(past));
              return byJob;
            });
  }

  private Uni<Batch> decided(
      Tx tx,
      List<Finish> reports,
      Map<UUID, Job> locked,
      Map<UUID, List<Past>> past,
      boolean claim,
      Instant now) {
    Batch batch = new Batch(empty.version());
    Map<UUID, Details> details = new HashMap<>();
    Set<Seat.Key> asking = new HashSet<>();
    for (int i = 0; i < reports.size(); i++) {
      Finish finish = reports.get(i);
      Report report = finish.report();
      Job job = locked.get(report.job());
      Past before = accepted(report, past.getOrDefault(report.job(), List.of()));
      Decision decision =
          before != null
              ? new Decision.Repeat()
              : job == null ? Refusal.ended(report.job()) : job.finish(report, now);
      if (decision instanceof Decision.End end) {
        if (details.putIfAbsent(report.job(), finish.details()) == null) {
          results(tx, finish, end, batch.notes);
        } else {
          decision = new Decision.Repeat();
        }
      }
      batch.decisions.add(decision);
      Seat seat = decision instanceof Decision.Lost ? null : seat(finish, job, before, now);
      if (claim && seat != null && asking.add(seat.key())) {
        // The slot of a job that ends just now holds nothing else; that of a repeat may.
        if (decision instanceof Decision.End && empty.isEmptyFor(seat)) {
          batch.unasked.add(seat);
        } else {
          batch.seats.put(i, seat);
        }
      }
    }
    batch.stored = keeper.store(tx, batch.decisions, details, now);
    return claims
        .claim(tx, List.copyOf(batch.seats.values()))
        .invoke(answers -> batch.answers = answers)
        .replaceWith(batch);
  }

  private static @Nullable Past accepted(Report report, List<Past> past) {
    for (Past one : past) {
      Long lease = one.lease();
      if (one.reported()
          && lease != null
          && lease == report.lease()
          && report.pilot().equals(one.pilot())) {
        return one;
      }
    }
    return null;
  }

  private static @Nullable Seat seat(
      Finish finish, @Nullable Job job, @Nullable Past before, Instant now) {
    Next next = finish.next();
    if (next == null) {
      return null;
    }
    Holder holder = job == null ? null : job.holder();
    int slot = before != null ? before.slot() : holder == null ? 0 : holder.slot();
    Map<String, String> labels = next.labels();
    if (labels == null) {
      labels = holder == null ? Map.of() : holder.labels();
    }
    return new Seat(
        finish.report().pilot(),
        slot,
        next.request(),
        next.site(),
        labels,
        Seat.until(next.remainingS(), now));
  }

  private static void results(Tx tx, Finish finish, Decision.End end, List<String> notes) {
    DqmEntries.Read read =
        DqmEntries.read(finish.dqm(), finish.dqmProblem(), end.job(), end.tsSto());
    tx.emit(read.results());
    if (!read.skipped().isEmpty()) {
      List<String> some = read.skipped().subList(0, Math.min(5, read.skipped().size()));
      notes.add("job " + end.job().uuid() + ": dqm.json not used: " + String.join("; ", some));
    }
  }

  private void committed(Batch batch) {
    batch.notes.forEach(log::warn);
    claims.count(batch.answers);
    nothingFound(batch);
    Keeper.Stored stored = batch.stored;
    if (stored != null) {
      keeper.committed(stored);
      learning.from(stored.ends());
      if (stored.opensSomething()) {
        dispatcher.changedForAll();
      }
    }
  }

  /** The polls that follow need not look again, as long as that holds. */
  private void nothingFound(Batch batch) {
    batch.unasked.forEach(seat -> empty.told(seat.key(), batch.seen));
    List<Seat> asked = List.copyOf(batch.seats.values());
    Set<Integer> answered = batch.answers.stream().map(Answer::seat).collect(Collectors.toSet());
    for (int i = 0; i < asked.size(); i++) {
      if (!answered.contains(i)) {
        empty.nothingFor(asked.get(i), batch.seen);
        empty.told(asked.get(i).key(), batch.seen);
      }
    }
  }

  private static List<Finished> answers(Batch batch) {
    Map<Integer, Offer> offers = new HashMap<>();
    List<Integer> askers = List.copyOf(batch.seats.keySet());
    for (Answer answer : batch.answers) {
      Offer offer = answer.offer();
      if (offer != null) {
        offers.put(askers.get(answer.seat()), offer);
      }
    }
    List<Finished> result = new ArrayList<>(batch.decisions.size());
    for (int i = 0; i < batch.decisions.size(); i++) {
      result.add(new Finished(batch.decisions.get(i), offers.get(i)));
    }
    return result;
  }

  private static Map<UUID, Job> byUuid(List<Job> jobs) {
    Map<UUID, Job> result = new HashMap<>();
    jobs.forEach(job -> result.put(job.uuid(), job));
    return result;
  }
}
