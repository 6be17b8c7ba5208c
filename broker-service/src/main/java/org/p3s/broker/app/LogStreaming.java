package org.p3s.broker.app;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.JobQueries.LogView;
import org.p3s.platform.problem.ProblemException;

/**
 * Streams logs while they are written. That somebody follows a log is noted in the database, and
 * renewed. As long as it is, the job's pilot sends what the payload writes, to any replica. Each
 * piece wakes the streams of those who follow.
 */
@ApplicationScoped
public class LogStreaming {

  /** What a client that follows a log receives. */
  public sealed interface LogEvent {}

  /** The job has reached another state. */
  public record StateChange(String state, int attempt) implements LogEvent {}

  /**
   * A piece of a stream.
   *
   * @param leftOut how many bytes were left out before it, -1 if that is not known
   */
  public record Piece(String stream, long leftOut, String text) implements LogEvent {}

  /** Nothing is new; this keeps the connection alive. */
  public record KeepAlive() implements LogEvent {}

  /** The attempt ended, and all of its log was sent. */
  public record AttemptEnd(
      int attempt,
      String state,
      @Nullable String outcome,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason)
      implements LogEvent {}

  private static final long DELETE_PERIOD_MILLIS = 10_000;

  private final LiveLogs logs;
  private final JobQueries jobs;
  private final JobSignals signals;
  private final BrokerConfig config;

  LogStreaming(
      LiveLogs logs, JobQueries jobs, JobSignals signals, Vertx vertx, BrokerConfig config) {
    this.logs = logs;
    this.jobs = jobs;
    this.signals = signals;
    this.config = config;
    vertx.setPeriodic(
        DELETE_PERIOD_MILLIS,
        tick -> logs.deleteUnfollowed().subscribe().with(done -> {}, failure -> {}));
  }

  /** Whether there is such a job, live or ended. */
  public Uni<Boolean> exists(UUID job) {
    return logs.liveJob(job)
        .flatMap(
            live ->
                live != null
                    ? Uni.createFrom().item(true)
                    : jobs.ended(job).map(ended -> ended != null));
  }

  /** The log from its kept part to the end of the attempt; not-found if there is no such job. */
  public Multi<LogEvent> follow(UUID job) {
    return Multi.createFrom()
        .deferred(
            () -> {
              JobSignals.Subscription subscription = signals.subscribe(job);
              LogStream stream = new LogStream(job, subscription, logs, jobs);
              return Multi.createBy()
                  .repeating()
                  .uni(stream::next)
                  .until(events -> events.isEmpty() || signals.closed())
                  .onItem()
                  .<LogEvent>disjoint()
                  .onTermination()
                  .invoke(subscription::close);
            });
  }

  /** What is kept of both streams of the running attempt; null if nothing is. */
  public Uni<@Nullable LogView> tail(UUID job) {
    return logs.liveJob(job)
        .flatMap(
            live ->
                live == null || live.lease() == null
                    ? Uni.createFrom().<@Nullable LogView>nullItem()
                    : logs.tails(job, 0, 0).map(tails -> view(job, live, tails)));
  }

  private static @Nullable LogView view(
      UUID job, LiveLogs.LiveJob live, List<LiveLogs.Tail> tails) {
    List<LiveLogs.Tail> ofLease =
        tails.stream().filter(tail -> Long.valueOf(tail.lease()).equals(live.lease())).toList();
    return ofLease.isEmpty()
        ? null
        : new LogView(
            job,
            live.attempt(),
            LogStream.text(ofLease, LogStream.STDOUT),
            LogStream.text(ofLease, LogStream.STDERR),
            null,
            null,
            true);
  }

  /** A pilot sends bytes; fails with lease-lost if it does not hold the job. */
  public Uni<LiveLogs.HolderInstructions> append(
      UUID job, long lease, UUID pilot, List<LiveLogs.Chunk> chunks, boolean last) {
    return logs.append(job, lease, pilot, chunks, last, config.log().kept())
        .map(
            instructions -> {
              if (instructions == null) {
                throw new ProblemException(
                    BrokerProblem.LEASE_LOST, "Lease " + lease + " of job " + job + " has ended.");
              }
              return instructions;
            });
  }
}
