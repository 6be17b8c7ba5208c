package org.p3s.broker.app;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Seat;
import org.p3s.platform.TransientFailures;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/**
 * Brings waiting pilots and waiting jobs together. Event driven: a claim runs when a pilot comes, a
 * job is queued or comes back, or another replica calls; what happens meanwhile is one more claim,
 * not many.
 */
@ApplicationScoped
public class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

  private final Lobby lobby = new Lobby();
  private final KnownEmpty empty;
  private final Claims claims;
  private final Outbox outbox;
  private final Wakeups wakeups;
  private final Vertx vertx;
  private final BrokerConfig config;

  // guarded by lobby
  private boolean claiming;
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
    List<Parked> out;
    synchronized (lobby) {
      closed = true;
      out = lobby.empty();
    }
    out.forEach(parked -> parked.tell.accept(null));
  }

  /** A poll begins; a claim looks for it unless it is known that there is nothing. */
  void enter(Parked parked) {
    Parked older;
    synchronized (lobby) {
      if (closed) {
        throw new ProblemException(
            CommonProblem.UNAVAILABLE, "The broker stops. Ask again in a moment.");
      }
      older = lobby.enter(parked, empty.wasTold(parked.seat.key()));
    }
    if (older != null) {
      older.tell.accept(null);
    }
    claim();
  }

  /** The client of a poll has gone, or was answered. */
  void leave(Parked parked) {
    synchronized (lobby) {
      lobby.leave(parked);
    }
  }

  void timeUp(Parked parked) {
    boolean tell;
    synchronized (lobby) {
      tell = lobby.timeUp(parked);
    }
    if (tell) {
      parked.tell.accept(null);
    }
  }

  /** There may be something to claim. */
  public void changed() {
    empty.changed();
    synchronized (lobby) {
      lobby.changed();
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
      return lobby.lives().keySet();
    }
  }

  /** The kinds of seats that wait here, each with the end of the longest life among them. */
  Map<Seat.Kind, Instant> lives() {
    synchronized (lobby) {
      return lobby.lives();
    }
  }

  /** Takes seats for a claim in the caller's transaction; at most so many of each kind. */
  Loan lend(int each) {
    synchronized (lobby) {
      return new Loan(lobby.lend(each, config.batch().seats()), Set.of(), empty.version());
    }
  }

  /** After the commit: answers the polls, and offers again what was claimed for closed ones. */
  void settle(Loan loan, List<Answer> answers) {
    claims.count(answers);
    Map<Integer, Answer> bySeat = new HashMap<>();
    answers.forEach(answer -> bySeat.put(answer.seat(), answer));
    List<Runnable> told = new ArrayList<>();
    List<Offer> orphans = new ArrayList<>();
    Set<Seat.Kind> lucky = new HashSet<>();
    synchronized (lobby) {
      for (int i = 0; i < loan.taken().size(); i++) {
        Parked parked = loan.taken().get(i);
        Answer answer = bySeat.get(i);
        if (answer == null) {
          empty.nothingFor(parked.seat, loan.seen());
          if (lobby.putBack(parked, true)) {
            told.add(() -> parked.tell.accept(null));
          }
          continue;
        }
        empty.forget(parked.seat.key());
        if (answer.kind() == Answer.Kind.FRESH && loan.due().contains(parked.kind)) {
          lucky.add(parked.kind);
        }
        if (lobby.served(parked)) {
          told.add(() -> parked.tell.accept(answer));
        } else if (!lobby.succeeded(parked)
            && answer.kind() == Answer.Kind.FRESH
            && answer.offer() != null) {
          orphans.add(answer.offer());
        }
      }
      // Where some found something, others of their kind may, too.
      lobby.again(lucky);
    }
    told.forEach(Runnable::run);
    if (!orphans.isEmpty()) {
      release(orphans);
    }
    claim();
  }

  /** The claim failed: the seats wait on, and are tried again. */
  void giveBack(Loan loan) {
    List<Parked> over = new ArrayList<>();
    synchronized (lobby) {
      for (Parked parked : loan.taken()) {
        if (lobby.putBack(parked, false)) {
          over.add(parked);
        }
      }
    }
    over.forEach(parked -> parked.tell.accept(null));
    claim();
  }

  /** One claim at a time; what comes meanwhile goes together into the next. */
  private void claim() {
    Loan loan;
    synchronized (lobby) {
      if (claiming) {
        return;
      }
      Lobby.Taken taken = lobby.take(config.batch().seats());
      loan = new Loan(taken.seats(), taken.due(), empty.version());
      if (loan.isEmpty()) {
        return;
      }
      claiming = true;
    }
    outbox
        .transact(tx -> claims.claim(tx, loan.seats()))
        .subscribe()
        .with(answers -> claimed(loan, answers), failure -> failed(loan, failure));
  }

  private void claimed(Loan loan, List<Answer> answers) {
    synchronized (lobby) {
      claiming = false;
    }
    settle(loan, answers);
  }

  private void failed(Loan loan, Throwable failure) {
    if (TransientFailures.isTransient(failure)) {
      LOG.warnf("claim for %d seats waits: %s", loan.taken().size(), failure.getMessage());
    } else {
      LOG.errorf(failure, "claim for %d seats failed", loan.taken().size());
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
