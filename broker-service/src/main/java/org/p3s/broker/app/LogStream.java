package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.LogStreaming.LogEvent;
import org.p3s.broker.domain.LogCursor;
import org.p3s.platform.problem.ProblemException;

/**
 * The log of one job for one client that follows it. The next events are read only when the client
 * has taken the ones before; so a slow client gets fewer pieces, and more is left out between them.
 */
final class LogStream {

  static final String STDOUT = "stdout";
  static final String STDERR = "stderr";
  private static final int STREAMS = 2;

  /** For so long it is noted that somebody follows; it is renewed three times as often. */
  private static final int FOLLOW_SECONDS = 15;

  private static final Duration RENEW = Duration.ofSeconds(5);

  private final UUID job;
  private final JobSignals.Subscription subscription;
  private final LiveLogs logs;
  private final JobQueries jobs;
  private final LogCursor stdout = new LogCursor();
  private final LogCursor stderr = new LogCursor();
  private String state = "";
  private int attempt;
  private @Nullable Long lease;
  private boolean first = true;
  private boolean ended;
  private long renewedNanos = System.nanoTime() - RENEW.toNanos();

  LogStream(UUID job, JobSignals.Subscription subscription, LiveLogs logs, JobQueries jobs) {
    this.job = job;
    this.subscription = subscription;
    this.logs = logs;
    this.jobs = jobs;
  }

  /** The next events; never empty before the end, and empty at the end. */
  Uni<List<LogEvent>> next() {
    if (ended) {
      return Uni.createFrom().item(List.of());
    }
    Uni<Void> signal = first ? Uni.createFrom().voidItem() : subscription.next(RENEW);
    first = false;
    return signal
        .invoke(subscription::clear)
        .chain(() -> logs.liveJob(job))
        .call(this::renewFollow)
        .flatMap(this::read)
        .map(events -> events.isEmpty() ? List.of(new LogStreaming.KeepAlive()) : events);
  }

  private Uni<Void> renewFollow(LiveLogs.@Nullable LiveJob live) {
    if (live == null || System.nanoTime() - renewedNanos < RENEW.toNanos()) {
      return Uni.createFrom().voidItem();
    }
    renewedNanos = System.nanoTime();
    return logs.noteFollower(job, FOLLOW_SECONDS);
  }

  private Uni<List<LogEvent>> read(LiveLogs.@Nullable LiveJob live) {
    if (live == null || (attempt > 0 && live.attempt() > attempt)) {
      return readEnd();
    }
    List<LogEvent> events = new ArrayList<>();
    if (!live.state().equals(state)) {
      state = live.state();
      events.add(new LogStreaming.StateChange(state, live.attempt()));
    }
    attempt = live.attempt();
    if (live.lease() == null) {
      return Uni.createFrom().item(events);
    }
    if (!live.lease().equals(lease)) {
      lease = live.lease();
      stdout.restart();
      stderr.restart();
    }
    return logs.tails(job, stdout.offset(), stderr.offset())
        .map(
            tails -> {
              addTails(tails, events);
              return events;
            });
  }

  /** True if these tails complete both streams. */
  private boolean addTails(List<LiveLogs.Tail> tails, List<LogEvent> events) {
    int complete = 0;
    for (LiveLogs.Tail tail : tails) {
      if (!Long.valueOf(tail.lease()).equals(lease)) {
        continue;
      }
      complete += tail.last() ? 1 : 0;
      add(tail.stream(), cursor(tail).take(tail.from(), tail.bytes(), tail.last()), events);
    }
    return complete == STREAMS;
  }

  private LogCursor cursor(LiveLogs.Tail tail) {
    return tail.stream().equals(STDOUT) ? stdout : stderr;
  }

  private static void add(String stream, LogCursor.@Nullable Piece piece, List<LogEvent> events) {
    if (piece != null) {
      events.add(new LogStreaming.Piece(stream, piece.leftOut(), piece.text()));
    }
  }

  private Uni<List<LogEvent>> readEnd() {
    Integer which = attempt == 0 ? null : (Integer) attempt;
    List<LogEvent> events = new ArrayList<>();
    return jobs.ended(job)
        .flatMap(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job", job);
              }
              ended = true;
              return logs.tails(job, stdout.offset(), stderr.offset())
                  .map(tails -> view.lease() != null && addTails(tails, events))
                  .flatMap(
                      complete ->
                          complete
                              ? Uni.createFrom().voidItem()
                              : jobs.log(job, which).invoke(log -> addRest(log, events)))
                  .invoke(() -> events.add(end(view)))
                  .replaceWith(events);
            });
  }

  private static LogEvent end(JobView view) {
    return new LogStreaming.AttemptEnd(
        view.attempt(), view.state(), view.outcome(), view.errcode(), view.signal(), view.reason());
  }

  private void addRest(JobQueries.@Nullable LogView log, List<LogEvent> events) {
    if (log != null) {
      add(STDOUT, stdout.restOf(log.stdout()), events);
      add(STDERR, stderr.restOf(log.stderr()), events);
    }
  }

  /** The kept text of one stream; null if nothing is kept of it. */
  static @Nullable String text(List<LiveLogs.Tail> tails, String stream) {
    for (LiveLogs.Tail tail : tails) {
      LogCursor.Piece piece =
          tail.stream().equals(stream)
              ? new LogCursor().take(tail.from(), tail.bytes(), true)
              : null;
      if (piece != null) {
        return piece.text();
      }
    }
    return null;
  }
}
