package org.p3s.pilot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The slots and their threads. */
final class Crew {

  private final List<Slot> slots = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger jobsEnded = new AtomicInteger();

  /** Before {@link #start}. */
  void add(Slot slot) {
    slots.add(slot);
  }

  void start() {
    for (Slot slot : slots) {
      Thread thread = new Thread(slot, "slot");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  boolean works() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

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

  /** The jobs whose directories are in use. */
  Set<String> jobs() {
    Set<String> jobs = new HashSet<>();
    for (Slot.Held held : held()) {
      jobs.add(held.job().job().toString());
    }
    return jobs;
  }

  void jobEnded() {
    jobsEnded.incrementAndGet();
  }

  int jobsEndedSoFar() {
    return jobsEnded.get();
  }

  void cancelPolls() {
    slots.forEach(Slot::cancelPoll);
  }

  void stopPayloads(Payload.Stop why) {
    slots.forEach(slot -> slot.stop(why));
  }

  /** Those that a registration has brought. */
  void stopPayloadsOf(Session session, Payload.Stop why) {
    for (Slot slot : slots) {
      Slot.Held held = slot.held();
      if (held != null && held.session() == session) {
        slot.stop(why);
      }
    }
  }

  /** Waits for the slots to end, until that time. */
  void join(long deadlineNanos) throws InterruptedException {
    for (Thread thread : threads) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      thread.join(Math.max(1, left));
    }
  }
}
