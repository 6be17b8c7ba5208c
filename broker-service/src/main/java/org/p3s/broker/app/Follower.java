package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Following.Said;
import org.p3s.broker.domain.LogCursor;
import org.p3s.platform.problem.ProblemException;

/**
 * One who follows the log of one job. Asked again and again for what is next, one question at a
 * time; so a slow reader is told less often, and more is left out for him.
 */
final class Follower {

  /** How long a wish holds; renewed three times as often. */
  private static final int WISH_SECONDS = 15;

  private static final Duration RENEW = Duration.ofSeconds(5);
  private static final List<String> STREAMS = List.of("stdout", "stderr");

  private final UUID job;
  private final News.Ear ear;
  private final LiveLogs logs;
  private final Views views;
  private final LogCursor stdout = new LogCursor();
  private final LogCursor stderr = new LogCursor();
  private String state = "";
  private int attempt;
  private @Nullable Long lease;
  private boolean first = true;
  private boolean over;
  private long wished = System.nanoTime() - RENEW.toNanos();

  Follower(UUID job, News.Ear ear, LiveLogs logs, Views views) {
    this.job = job;
    this.ear = ear;
    this.logs = logs;
    this.views = views;
  }

  /** What is next, never empty before the end; empty at the end. */
  Uni<List<Said>> next() {
    if (over) {
      return Uni.createFrom().item(List.of());
    }
    Uni<Void> news = first ? Uni.createFrom().voidItem() : ear.next(RENEW);
    first = false;
    return news.invoke(ear::clear)
        .chain(() -> logs.stand(job))
        .call(this::wish)
        .flatMap(this::look)
        .map(said -> said.isEmpty() ? List.of(new Following.Alive()) : said);
  }

  private Uni<Void> wish(LiveLogs.@Nullable Stand stand) {
    if (stand == null || System.nanoTime() - wished < RENEW.toNanos()) {
      return Uni.createFrom().voidItem();
    }
    wished = System.nanoTime();
    return logs.want(job, WISH_SECONDS);
  }

  private Uni<List<Said>> look(LiveLogs.@Nullable Stand stand) {
    if (stand == null || (attempt > 0 && stand.attempt() > attempt)) {
      return end();
    }
    List<Said> said = new ArrayList<>();
    if (!stand.state().equals(state)) {
      state = stand.state();
      said.add(new Following.State(state, stand.attempt()));
    }
    attempt = stand.attempt();
    if (stand.lease() == null) {
      return Uni.createFrom().item(said);
    }
    if (!stand.lease().equals(lease)) {
      lease = stand.lease();
      stdout.restart();
      stderr.restart();
    }
    return logs.tails(job, stdout.at(), stderr.at())
        .map(
            tails -> {
              take(tails, said);
              return said;
            });
  }

  /** True if these tails are the whole of the streams. */
  private boolean take(List<LiveLogs.Tail> tails, List<Said> said) {
    int complete = 0;
    for (LiveLogs.Tail tail : tails) {
      if (!Long.valueOf(tail.lease()).equals(lease)) {
        continue;
      }
      complete += tail.last() ? 1 : 0;
      say(tail.stream(), cursor(tail).take(tail.from(), tail.bytes(), tail.last()), said);
    }
    return complete == STREAMS.size();
  }

  private LogCursor cursor(LiveLogs.Tail tail) {
    return tail.stream().equals("stdout") ? stdout : stderr;
  }

  private static void say(String stream, LogCursor.@Nullable Piece piece, List<Said> said) {
    if (piece != null) {
      said.add(new Following.Piece(stream, piece.leftOut(), piece.text()));
    }
  }

  private Uni<List<Said>> end() {
    Integer which = attempt == 0 ? null : (Integer) attempt;
    List<Said> said = new ArrayList<>();
    return views
        .ended(job)
        .flatMap(
            ended -> {
              if (ended == null) {
                throw ProblemException.notFound("job", job);
              }
              over = true;
              return logs.tails(job, stdout.at(), stderr.at())
                  .map(tails -> ended.lease() != null && take(tails, said))
                  .flatMap(
                      complete ->
                          complete
                              ? Uni.createFrom().voidItem()
                              : views.log(job, which).invoke(log -> complete(log, said)))
                  .invoke(
                      () ->
                          said.add(
                              new Following.End(
                                  ended.attempt(),
                                  ended.state(),
                                  ended.outcome(),
                                  ended.errcode(),
                                  ended.signal(),
                                  ended.reason())))
                  .replaceWith(said);
            });
  }

  private void complete(Views.@Nullable LogView log, List<Said> said) {
    if (log != null) {
      say("stdout", stdout.rest(log.stdout()), said);
      say("stderr", stderr.rest(log.stderr()), said);
    }
  }

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
