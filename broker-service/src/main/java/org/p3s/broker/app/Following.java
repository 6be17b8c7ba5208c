package org.p3s.broker.app;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.platform.problem.ProblemException;

/**
 * Live logs. Somebody's wish to follow is noted in the database; the pilot, at whatever replica,
 * sends what its payload writes while the wish is renewed; every piece wakes the followers.
 */
@ApplicationScoped
public class Following {

  /** What a follower is told. */
  public sealed interface Said {}

  /** The job is in another state than before. */
  public record State(String state, int attempt) implements Said {}

  /**
   * A piece of a stream.
   *
   * @param leftOut bytes left out before it, -1 if that is not known
   */
  public record Piece(String stream, long leftOut, String text) implements Said {}

  /** Nothing is new; the connection lives. */
  public record Alive() implements Said {}

  /** The attempt ended, and all of its log was told. */
  public record End(
      int attempt,
      String state,
      @Nullable String outcome,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason)
      implements Said {}

  private static final long FORGET_MILLIS = 10_000;

  private final LiveLogs logs;
  private final Views views;
  private final News news;
  private final BrokerConfig config;

  Following(LiveLogs logs, Views views, News news, Vertx vertx, BrokerConfig config) {
    this.logs = logs;
    this.views = views;
    this.news = news;
    this.config = config;
    vertx.setPeriodic(
        FORGET_MILLIS, tick -> logs.forget().subscribe().with(done -> {}, failure -> {}));
  }

  /** Whether there is such a job, live or ended. */
  public Uni<Boolean> exists(UUID job) {
    return logs.stand(job)
        .flatMap(
            stand ->
                stand != null
                    ? Uni.createFrom().item(true)
                    : views.ended(job).map(ended -> ended != null));
  }

  /** From what is known of the log to the end of the attempt; not-found if there is no such job. */
  public Multi<Said> follow(UUID job) {
    return Multi.createFrom()
        .deferred(
            () -> {
              News.Ear ear = news.listen(job);
              Follower follower = new Follower(job, ear, logs, views);
              return Multi.createBy()
                  .repeating()
                  .uni(follower::next)
                  .until(said -> said.isEmpty() || news.closed())
                  .onItem()
                  .<Said>disjoint()
                  .onTermination()
                  .invoke(ear::close);
            });
  }

  /** The live end of both streams; null if there is none. */
  public Uni<Views.@Nullable LogView> tail(UUID job) {
    return logs.stand(job)
        .flatMap(
            stand ->
                stand == null || stand.lease() == null
                    ? Uni.createFrom().<Views.@Nullable LogView>nullItem()
                    : logs.tails(job, 0, 0).map(tails -> view(job, stand, tails)));
  }

  private static Views.@Nullable LogView view(
      UUID job, LiveLogs.Stand stand, List<LiveLogs.Tail> tails) {
    List<LiveLogs.Tail> ours =
        tails.stream().filter(tail -> Long.valueOf(tail.lease()).equals(stand.lease())).toList();
    return ours.isEmpty()
        ? null
        : new Views.LogView(
            job,
            stand.attempt(),
            Follower.text(ours, "stdout"),
            Follower.text(ours, "stderr"),
            null,
            null,
            true);
  }

  /** A pilot brings bytes; fails with lease-lost if the job is not its own. */
  public Uni<LiveLogs.Answer> append(
      UUID job, long lease, UUID pilot, List<LiveLogs.Chunk> chunks, boolean last) {
    return logs.append(job, lease, pilot, chunks, last, config.log().kept())
        .map(
            answer -> {
              if (answer == null) {
                throw new ProblemException(
                    BrokerProblem.LEASE_LOST, "Lease " + lease + " of job " + job + " has ended.");
              }
              return answer;
            });
  }
}
