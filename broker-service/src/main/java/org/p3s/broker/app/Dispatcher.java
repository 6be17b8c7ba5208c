package org.p3s.broker.app;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Seat;
import org.p3s.platform.Outages;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;
import org.p3s.platform.outbox.Outbox;

/**
 * Brings waiting pilots and waiting jobs together. Event driven: a claim runs when a pilot comes, a
 * job is queued or comes back, or another replica calls; what happens meanwhile is one more claim,
 * not many. A waiting poll is an entry in the lobby and holds no thread, connection or transaction.
 */
@ApplicationScoped
public class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

  /** Seats that were taken out of the lobby for one claim; each goes back or is served. */
  public static final class Loan {
    private final List<Lobby.Parked> taken;
    private final long seen;

    private Loan(List<Lobby.Parked> taken, long seen) {
      this.taken = taken;
      this.seen = seen;
    }

    List<Seat> seats() {
      return taken.stream().map(parked -> parked.seat).toList();
    }

    boolean isEmpty() {
      return taken.isEmpty();
    }
  }

  private final Lobby lobby = new Lobby();
  private final KnownEmpty empty;
  private final Claims claims;
  private final Outbox outbox;
  private final Wakeups wakeups;
  private final Vertx vertx;
  private final BrokerConfig config;

  // guarded by lobby
  private boolean claiming;
  private boolean queueChanged;
  private boolean closed;

  Dispatcher(
      KnownEmpty empty,
      Claims claims,
      Outbox outbox,
      Wakeups wakeups,
      Meters meters,
      Vertx vertx,
      BrokerConfig config) {
    this.empty = empty;
    this.claims = claims;
    this.outbox = outbox;
    this.wakeups = wakeups;
    this.vertx = vertx;
    this.config = config;
    meters.parked(this::parked);
    wakeups.onCall(this::changed);
  }

  void start(@Observes StartupEvent event) {
    // A stop lets requests end first and would wait for every poll; so polls end when it begins.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "polls end"));
  }

  /** Ends the polls of this replica with no job; pilots ask again, here or elsewhere. */
  void close() {
    List<Lobby.Parked> out;
    synchronized (lobby) {
      closed = true;
      out = lobby.empty();
    }
    out.forEach(parked -> parked.tell.accept(null));
  }

  /**
   * Waits for a job. Cancelling takes the seat out again; what was claimed for it meanwhile is
   * offered again at once.
   *
   * @return null if there was none within the wait; fails with pilot-gone if the pilot has ended
   */
  public Uni<@Nullable Offer> poll(Seat seat, Duration wait) {
    return Uni.createFrom()
        .<@Nullable Offer>emitter(
            emitter -> {
              Lobby.Parked parked =
                  new Lobby.Parked(
                      seat,
                      answer -> {
                        if (answer != null && answer.kind() == Answer.Kind.GONE) {
                          emitter.fail(gone(seat.pilot()));
                        } else {
                          emitter.complete(answer == null ? null : answer.offer());
                        }
                      });
              long timer = vertx.setTimer(Math.max(1, wait.toMillis()), t -> timeUp(parked));
              emitter.onTermination(
                  () -> {
                    vertx.cancelTimer(timer);
                    synchronized (lobby) {
                      lobby.leave(parked);
                    }
                  });
              enter(parked);
            });
  }

  private void enter(Lobby.Parked parked) {
    Lobby.Parked older;
    synchronized (lobby) {
      if (closed) {
        throw new ProblemException(Problem.UNAVAILABLE, "The broker stops. Ask again in a moment.");
      }
      older = lobby.enter(parked, empty.wasTold(parked.seat.key()));
    }
    if (older != null) {
      older.tell.accept(null);
    }
    claim();
  }

  private void timeUp(Lobby.Parked parked) {
    boolean tell;
    synchronized (lobby) {
      tell = lobby.timeUp(parked);
    }
    if (tell) {
      parked.tell.accept(null);
    }
  }

  private static ProblemException gone(UUID pilot) {
    return new ProblemException(
        Problem.PILOT_GONE, "Pilot " + pilot + " has ended here. Register anew.");
  }

  /** There may be something to claim. */
  public void changed() {
    empty.changed();
    synchronized (lobby) {
      queueChanged = true;
    }
    claim();
  }

  /** There may be something to claim, here or at other replicas. */
  public void changedForAll() {
    changed();
    wakeups.callOthers();
  }

  /** These pilots ended: their polls, if they have any, are told so. */
  void ended(Collection<UUID> pilots) {
    // Nor is a poll that is still to come to be taken for one that was told.
    empty.changed();
    synchronized (lobby) {
      lobby.tryAgain(pilots);
    }
    claim();
  }

  /** Seats that wait here. */
  public int parked() {
    synchronized (lobby) {
      return lobby.size();
    }
  }

  /** The kinds of seats that wait here. */
  public Set<Seat.Kind> kinds() {
    synchronized (lobby) {
      return lobby.kinds();
    }
  }

  /** The kinds of seats that wait here, each with the end of the longest life among them. */
  Map<Seat.Kind, Instant> lives() {
    synchronized (lobby) {
      return lobby.lives();
    }
  }

  /** Takes seats for a claim in the caller's transaction; at most so many of each kind. */
  Loan lend(int most) {
    synchronized (lobby) {
      return new Loan(
          lobby.takeOfEachKind(Math.min(most, config.batch().seats())), empty.version());
    }
  }

  /** After the commit: answers the polls, and offers again what was claimed for closed ones. */
  void settle(Loan loan, List<Answer> answers) {
    claims.count(answers);
    Map<Integer, Answer> bySeat = new HashMap<>();
    answers.forEach(answer -> bySeat.put(answer.seat(), answer));
    List<Runnable> told = new ArrayList<>();
    List<Offer> orphans = new ArrayList<>();
    boolean again = false;
    synchronized (lobby) {
      for (int i = 0; i < loan.taken.size(); i++) {
        Lobby.Parked parked = loan.taken.get(i);
        Answer answer = bySeat.get(i);
        if (answer == null) {
          empty.nothingFor(parked.seat, loan.seen);
          if (lobby.putBack(parked, true)) {
            told.add(() -> parked.tell.accept(null));
          }
          continue;
        }
        empty.forget(parked.seat.key());
        if (lobby.served(parked)) {
          told.add(() -> parked.tell.accept(answer));
        } else if (lobby.succeeded(parked)) {
          again = true;
        } else if (answer.kind() == Answer.Kind.FRESH && answer.offer() != null) {
          orphans.add(answer.offer());
        }
      }
    }
    told.forEach(Runnable::run);
    if (!orphans.isEmpty()) {
      release(orphans);
    }
    if (again) {
      claim();
    }
  }

  /** The claim failed: the seats wait on, and are tried again. */
  void giveBack(Loan loan) {
    List<Lobby.Parked> over = new ArrayList<>();
    synchronized (lobby) {
      for (Lobby.Parked parked : loan.taken) {
        if (lobby.putBack(parked, false)) {
          over.add(parked);
        }
      }
    }
    over.forEach(parked -> parked.tell.accept(null));
  }

  /** One claim at a time; what comes meanwhile goes together into the next. */
  private void claim() {
    Loan loan;
    boolean all;
    synchronized (lobby) {
      if (claiming) {
        return;
      }
      all = queueChanged;
      queueChanged = false;
      int most = config.batch().seats();
      loan = new Loan(all ? lobby.takeOfEachKind(most) : lobby.takeUntried(most), empty.version());
      if (loan.isEmpty()) {
        return;
      }
      claiming = true;
    }
    outbox
        .transact(tx -> claims.claim(tx, loan.seats()))
        .subscribe()
        .with(answers -> claimed(loan, answers, all), failure -> failed(loan, failure));
  }

  private void claimed(Loan loan, List<Answer> answers, boolean all) {
    synchronized (lobby) {
      claiming = false;
      // Seats beyond the batch may find something as well, if these did.
      queueChanged |=
          all && answers.stream().anyMatch(answer -> answer.kind() == Answer.Kind.FRESH);
    }
    settle(loan, answers);
    claim();
  }

  private void failed(Loan loan, Throwable failure) {
    if (Outages.isOutage(failure)) {
      LOG.warnf("claim for %d seats waits: %s", loan.taken.size(), failure.getMessage());
    } else {
      LOG.errorf(failure, "claim for %d seats failed", loan.taken.size());
    }
    giveBack(loan);
    vertx.setTimer(
        PAUSE_AFTER_FAILURE_MILLIS,
        tick -> {
          synchronized (lobby) {
            claiming = false;
          }
          changed();
        });
  }

  private void release(List<Offer> orphans) {
    claims
        .release(orphans)
        .subscribe()
        .with(
            released -> changedForAll(),
            failure ->
                LOG.warnf(
                    "%d jobs of closed polls wait for their deadline: %s",
                    orphans.size(), failure.getMessage()));
  }
}
