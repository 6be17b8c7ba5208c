package org.p3s.pilot.slot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.p3s.pilot.lifecycle.LifecycleListener;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadStop;

/** All slots of the pilot, and their threads. */
public final class Slots implements LifecycleListener {

  private final List<Slot> slots = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger endedJobs = new AtomicInteger();

  /** To be called before {@link #start}. */
  public void add(Slot slot) {
    slots.add(slot);
  }

  public void start() {
    for (Slot slot : slots) {
      Thread thread = new Thread(slot, "slot");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /** True while a slot still runs or asks for jobs. */
  public boolean anyRuns() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  public List<HeldJob> heldJobs() {
    List<HeldJob> all = new ArrayList<>();
    for (Slot slot : slots) {
      HeldJob held = slot.heldJob();
      if (held != null) {
        all.add(held);
      }
    }
    return all;
  }

  /** The ids of the jobs that are held, whose directories are in use. */
  public Set<String> heldJobIds() {
    Set<String> ids = new HashSet<>();
    for (HeldJob held : heldJobs()) {
      ids.add(held.job().job().toString());
    }
    return ids;
  }

  void countEndedJob() {
    endedJobs.incrementAndGet();
  }

  /** How many jobs have ended since the pilot started. */
  public int endedJobs() {
    return endedJobs.get();
  }

  /** Cancels the long polls of all slots. */
  public void cancelPolls() {
    slots.forEach(Slot::cancelPoll);
  }

  public void stopPayloads(PayloadStop why) {
    slots.forEach(slot -> slot.stopPayload(why));
  }

  /** Stops the payloads of the jobs that were assigned under this registration. */
  public void stopPayloadsOf(PilotSession session, PayloadStop why) {
    for (Slot slot : slots) {
      HeldJob held = slot.heldJob();
      if (held != null && held.session() == session) {
        slot.stopPayload(why);
      }
    }
  }

  @Override
  public void onDrain() {
    cancelPolls();
  }

  @Override
  public void onSessionLost(PilotSession session) {
    stopPayloadsOf(session, PayloadStop.PILOT_LOST);
    cancelPolls();
  }

  /** Waits until all slots have ended, but not longer than until that {@link System#nanoTime}. */
  public void join(long deadlineNanos) throws InterruptedException {
    for (Thread thread : threads) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      thread.join(Math.max(1, left));
    }
  }
}
