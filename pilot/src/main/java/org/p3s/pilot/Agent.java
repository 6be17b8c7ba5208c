package org.p3s.pilot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pilot's life: registers, beats, lets its slots work, and ends in order.
 *
 * <p>The thread that calls {@link #run} registers and beats; each slot has a thread of its own.
 * They share the few flags below, all under one lock.
 */
final class Agent {

  /** How long an end in order may take: payloads get TERM and KILL, then reports are sent. */
  private static final Duration END = Duration.ofSeconds(9);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Duration NO_ROOM_PAUSE = Duration.ofSeconds(5);

  private final Options options;
  private final Http http = new Http();
  private final Guard guard = new Guard();
  private final Spool spool;
  private final Disk disk;
  private final Registrar registrar;
  private final Beats beats;
  private final String host = hostName();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger jobsEnded = new AtomicInteger();
  private final AtomicInteger cyclesTaken = new AtomicInteger();
  private final long born = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Session session;
  private boolean needsToken;
  private boolean polled;
  private boolean draining;
  private Payload.@Nullable Stop stopping;
  private long stopAt;
  private String endReason = "stopped";

  Agent(Options options) throws IOException {
    this.options = options;
    Files.createDirectories(options.work());
    this.spool = new Spool(options.work());
    this.disk = new Disk(options.work(), options.keep(), options.minFreeMib());
    this.registrar = new Registrar(options, http, host);
    this.beats = new Beats(this, http, options.server().toString());
  }

  /** Until TERM, a stop order, or the end of draining, cycles or life; the exit code. */
  int run() throws InterruptedException {
    Session first = registrar.register(null, this);
    if (first == null) {
      return stopping() ? 0 : 1;
    }
    enter(first);
    Delivery delivery = new Delivery(this, http, spool);
    for (int i = 0; i < options.slots(); i++) {
      slots.add(new Slot(i, this, http, delivery));
    }
    for (Slot slot : slots) {
      threads.add(thread("slot", slot));
    }
    thread("left-over", () -> leftOvers(delivery));
    while (slotsWork() && !stopping()) {
      live();
    }
    stopSlots();
    beats.farewell(session(), endReason());
    return 0;
  }

  private static void leftOvers(Delivery delivery) {
    try {
      delivery.deliverLeftOvers();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One beat, or a new registration, or a wait until it is time for either. */
  private void live() throws InterruptedException {
    Session now = session();
    if (now.gone()) {
      Log.line("pilot %s is given up; its payloads stop, a new pilot registers", now.pilot);
      Session next = registrar.register(null, this);
      if (next != null) {
        enter(next);
      }
    } else if (tokenNeeded()) {
      Session same = registrar.register(now, this);
      if (same == null && !stopping()) {
        now.declareGone();
        stopPayloads(now);
      }
      lock.lock();
      needsToken = false;
      lock.unlock();
    } else {
      Duration wait = beats.untilNext();
      if (wait.isZero()) {
        beats.beat(now);
      } else {
        pauseUntil(wait, () -> now.gone() || needsToken || stopping != null || !slotsWork());
      }
    }
  }

  private void enter(Session fresh) {
    lock.lock();
    try {
      session = fresh;
      needsToken = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    beats.entered(fresh);
    Log.line(
        "pilot %s registered for site %s, %d slot(s), broker %s",
        fresh.pilot, options.site(), options.slots(), fresh.broker);
  }

  private void stopSlots() throws InterruptedException {
    lock.lock();
    try {
      if (stopping == null) {
        stopAt = System.nanoTime() + END.toNanos();
        stopping = new Payload.Stop("killed", "its pilot ended", true);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    slots.forEach(Slot::cancelPoll);
    Payload.Stop why = Objects.requireNonNull(stopping);
    slots.forEach(slot -> slot.stop(why));
    for (Thread thread : threads) {
      thread.join(Math.max(1, left().toMillis()));
    }
  }

  // ---- what slots ask

  Options options() {
    return options;
  }

  String host() {
    return host;
  }

  Guard guard() {
    return guard;
  }

  Session session() {
    lock.lock();
    try {
      return Objects.requireNonNull(session, "not registered");
    } finally {
      lock.unlock();
    }
  }

  /** Waits while there is no valid registration; false if the pilot asks for no more jobs. */
  boolean mayAsk() throws InterruptedException {
    lock.lock();
    try {
      while (session().gone() && stopping == null) {
        changed.await();
      }
      return wantsJobs();
    } finally {
      lock.unlock();
    }
  }

  boolean mayAskAs(Session as) {
    lock.lock();
    try {
      return session == as && !as.gone() && wantsJobs();
    } finally {
      lock.unlock();
    }
  }

  private boolean wantsJobs() {
    if (stopping != null || draining) {
      return false;
    }
    Long remaining = remainingSeconds();
    if (remaining != null && remaining <= 0) {
      endReason = "its life is over";
      return false;
    }
    return true;
  }

  /** Counts one request for a job; false, and the pilot drains, if there were enough. */
  boolean takeCycle() {
    Integer option = options.cycles();
    int most = option == null ? session().cycles : option;
    if (most == 0 || cyclesTaken.getAndUpdate(n -> Math.min(n + 1, most)) < most) {
      return true;
    }
    drain("its cycles are done");
    return false;
  }

  /** A request that found nothing at once, and goes on as another one. */
  void giveCycleBack() {
    cyclesTaken.updateAndGet(n -> Math.max(0, n - 1));
  }

  /** Seconds of life left, null if there is no limit. */
  @Nullable Long remainingSeconds() {
    Long option = options.lifeSeconds();
    long life = option == null ? session().lifeSeconds : option;
    return life == 0
        ? null
        : (Long) Math.max(0, life - Duration.ofNanos(System.nanoTime() - born).toSeconds());
  }

  Duration atMostLife(Duration wait) {
    Long remaining = remainingSeconds();
    return remaining == null || remaining > wait.toSeconds() ? wait : Duration.ofSeconds(remaining);
  }

  /** False, after a pause, while the disk is too full to run anything. */
  boolean waitForRoom() throws InterruptedException {
    boolean room = hasRoom();
    if (!room) {
      pause(NO_ROOM_PAUSE);
    }
    return room;
  }

  boolean hasRoom() {
    return disk.hasRoom(inUse());
  }

  long freeBytes() {
    return disk.freeBytes();
  }

  void polling() {
    lock.lock();
    polled = true;
    lock.unlock();
  }

  void jobEnded() {
    jobsEnded.incrementAndGet();
  }

  /** A payload that starts while the pilot ends, or is given up, must not run on. */
  void stopIfUnwanted(Session as, Payload payload) {
    lock.lock();
    try {
      if (stopping != null) {
        payload.stop(stopping);
      } else if (as.gone()) {
        payload.stop(Beats.GIVEN_UP);
      }
    } finally {
      lock.unlock();
    }
  }

  void pruneDirectories() {
    disk.prune(inUse());
  }

  private Set<String> inUse() {
    Set<String> inUse = new HashSet<>();
    for (Slot.Held held : held()) {
      inUse.add(held.job().job().toString());
    }
    return inUse;
  }

  // ---- what beats ask and tell

  /** Everything in the slots' hands. */
  List<Slot.Held> held() {
    List<Slot.Held> all = new ArrayList<>();
    for (Slot slot : slots) {
      Slot.Held held = slot.held();
      if (held != null) {
        all.add(held);
      }
    }
    return all;
  }

  int jobsEndedSoFar() {
    return jobsEnded.get();
  }

  /** The state as its people know it. */
  String state() {
    lock.lock();
    try {
      if (draining) {
        return "draining";
      }
      List<Slot.Held> all = held();
      if (all.stream().anyMatch(held -> held.payload() != null)) {
        return "running";
      }
      return all.isEmpty() ? (polled ? "no-jobs" : "active") : "dispatched";
    } finally {
      lock.unlock();
    }
  }

  /** Ask no more, end when the slots are empty. */
  void drain(String reason) {
    lock.lock();
    try {
      if (draining) {
        return;
      }
      draining = true;
      endReason = reason;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Log.line("draining: %s; no more jobs, this pilot ends when its slots are empty", reason);
    slots.forEach(Slot::cancelPoll);
  }

  /** End now, payloads included. */
  void stop(String reason) {
    lock.lock();
    try {
      if (stopping != null) {
        return;
      }
      Log.line("stopping: %s", reason);
      stopAt = System.nanoTime() + END.toNanos();
      stopping = new Payload.Stop("killed", reason, true);
      endReason = reason;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The services have given this registration up. */
  void gone(Session lost, String why) {
    lock.lock();
    try {
      if (lost.gone()) {
        return;
      }
      Log.line("pilot %s is gone: %s", lost.pilot, why);
      lost.declareGone();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    stopPayloads(lost);
    slots.forEach(Slot::cancelPoll);
  }

  private void stopPayloads(Session lost) {
    for (Slot slot : slots) {
      Slot.Held held = slot.held();
      if (held != null && held.session() == lost) {
        slot.stop(Beats.GIVEN_UP);
      }
    }
  }

  /** The token has expired, for instance while the pilot service was away for long. */
  void needsToken(Session expired) {
    lock.lock();
    try {
      if (session == expired && !expired.gone()) {
        needsToken = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean tokenNeeded() {
    lock.lock();
    try {
      return needsToken;
    } finally {
      lock.unlock();
    }
  }

  // ---- waiting

  boolean stopping() {
    lock.lock();
    try {
      return stopping != null;
    } finally {
      lock.unlock();
    }
  }

  boolean ending() {
    return stopping();
  }

  private String endReason() {
    lock.lock();
    try {
      return endReason;
    } finally {
      lock.unlock();
    }
  }

  /** Time left of an end in order. */
  private Duration left() {
    return Duration.ofNanos(Math.max(0, stopAt - System.nanoTime()));
  }

  /** The pilot ends, and there is no time for another attempt. */
  boolean outOfTime() {
    return stopping() && left().compareTo(LAST_WORDS) < 0;
  }

  /** How long to wait for an answer: less when the pilot ends. */
  Duration atMost(Duration normally) {
    return stopping() ? LAST_WORDS : normally;
  }

  /** Wakes everyone who waits for something to change. */
  void changed() {
    lock.lock();
    changed.signalAll();
    lock.unlock();
  }

  private boolean slotsWork() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  /** Sleeps, less if the pilot drains, stops or is given up. */
  void pause(Duration time) throws InterruptedException {
    Session now = session;
    pauseUntil(time, () -> stopping != null || draining || (now != null && now.gone()));
  }

  /** Sleeps between attempts to deliver, which go on while the pilot drains. */
  void pauseToDeliver(Duration time) throws InterruptedException {
    boolean already = stopping();
    pauseUntil(time, () -> !already && stopping != null);
  }

  private void pauseUntil(Duration time, java.util.function.BooleanSupplier enough)
      throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (left > 0 && !enough.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return System.getenv().getOrDefault("HOSTNAME", "localhost");
    }
  }
}
