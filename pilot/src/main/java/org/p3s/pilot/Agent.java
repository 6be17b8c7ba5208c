package org.p3s.pilot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The pilot's life: registers, beats, lets its slots work, and ends in order.
 *
 * <p>The thread that calls {@link #run} registers and beats; each slot has a thread of its own.
 * They share what is below: how the pilot stands, what it may still ask for, its slots, its disk.
 */
final class Agent {

  private static final Duration NO_ROOM_PAUSE = Duration.ofSeconds(5);

  final Options options;
  final WorkDir work;
  final String host = hostName();
  final Guard guard;
  final Allowance allowance;
  final Standing standing;
  final Crew crew = new Crew();
  final Disk disk;
  private final Http http = new Http();
  private final Spool spool;
  private final Registrar registrar;
  private final Beats beats;

  Agent(Options options, WorkDir work) throws IOException {
    this.options = options;
    this.work = work;
    this.guard = new Guard(work.path());
    this.allowance = new Allowance(options);
    this.standing = new Standing(allowance);
    this.spool = new Spool(work.path());
    this.disk = new Disk(work.path(), options.keep(), options.minFreeMib());
    this.registrar = new Registrar(options, http, host);
    this.beats = new Beats(this, http, options.server().toString());
  }

  /** Until TERM, a stop order, or the end of draining, cycles or life; the exit code. */
  int run() throws InterruptedException {
    Session first = registrar.register(null, standing);
    if (first == null) {
      return standing.stopping() ? 0 : 1;
    }
    enter(first);
    Delivery delivery = new Delivery(this, http, spool);
    for (int i = 0; i < first.slots; i++) {
      crew.add(new Slot(i, this, http, delivery));
    }
    // Looked for before there can be reports of this pilot.
    List<Spool.Entry> leftOver = spool.leftOver();
    crew.start();
    deliverLeftOvers(delivery, leftOver);
    while (crew.works() && !standing.stopping()) {
      live();
    }
    end();
    guard.end();
    Session last = standing.session();
    if (spool.holdsReportOf(last.pilot)) {
      beats.leaveQuietly(last, standing.endReason());
    } else {
      beats.farewell(last, standing.endReason());
    }
    return 0;
  }

  private static void deliverLeftOvers(Delivery delivery, List<Spool.Entry> leftOver) {
    Thread thread =
        new Thread(
            () -> {
              try {
                delivery.deliverLeftOvers(leftOver);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "left-over");
    thread.setDaemon(true);
    thread.start();
  }

  /** One beat, or a new registration, or a wait until it is time for either. */
  private void live() throws InterruptedException {
    Session now = standing.session();
    if (now.gone()) {
      Log.line("pilot %s is given up; its payloads stop, a new pilot registers", now.pilot);
      Session next = registrar.register(null, standing);
      if (next != null) {
        enter(next);
      }
    } else if (standing.tokenNeeded()) {
      Session same = registrar.register(now, standing);
      if (same == null && !standing.stopping()) {
        now.declareGone();
        crew.stopPayloadsOf(now, Beats.GIVEN_UP);
      }
      standing.tokenRenewed();
    } else {
      Duration wait = beats.untilNext();
      if (wait.isZero()) {
        beats.beat(now);
      } else {
        standing.pauseToBeat(wait, crew);
      }
    }
  }

  private void enter(Session fresh) {
    allowance.siteSays(fresh);
    standing.enter(fresh);
    beats.entered(fresh);
    Log.line(
        "pilot %s registered for site %s, %d slot(s), broker %s",
        fresh.pilot, options.site(), fresh.slots, fresh.broker);
  }

  private void end() throws InterruptedException {
    standing.stop("its pilot ended", standing.endReason());
    standing.changed();
    crew.cancelPolls();
    crew.stopPayloads(Objects.requireNonNull(standing.stopReason()));
    crew.join(standing.stopAt());
  }

  /** Ask no more, end when the slots are empty. */
  void drain(String reason) {
    if (standing.drain(reason)) {
      Log.line("draining: %s; no more jobs, this pilot ends when its slots are empty", reason);
      crew.cancelPolls();
    }
  }

  /** End now, payloads included. */
  void stop(String reason) {
    if (standing.stop(reason, reason)) {
      Log.line("stopping: %s", reason);
    }
  }

  /** The services have given this registration up. */
  void gone(Session lost, String why) {
    if (standing.gone(lost)) {
      Log.line("pilot %s is gone: %s", lost.pilot, why);
      crew.stopPayloadsOf(lost, Beats.GIVEN_UP);
      crew.cancelPolls();
    }
  }

  /** Counts one request for a job; false, and the pilot drains, if there were enough. */
  boolean takeCycle() {
    boolean taken = allowance.takeCycle();
    if (!taken) {
      drain("its cycles are done");
    }
    return taken;
  }

  boolean hasRoom() {
    return disk.hasRoom(crew.jobs());
  }

  /** False, after a pause, while the disk is too full to run anything. */
  boolean waitForRoom() throws InterruptedException {
    boolean room = hasRoom();
    if (!room) {
      standing.pause(NO_ROOM_PAUSE);
    }
    return room;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return System.getenv().getOrDefault("HOSTNAME", "localhost");
    }
  }
}
