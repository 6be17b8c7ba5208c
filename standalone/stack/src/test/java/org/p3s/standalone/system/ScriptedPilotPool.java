package org.p3s.standalone.system;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.p3s.contracts.JobEnd;
import org.p3s.standalone.system.history.ClientObservations;

/**
 * Scripted pilots that run jobs until the pool is closed. If they are faulty, they die at random
 * between two steps, leave out the start report, or do not read the answer to a report.
 */
final class ScriptedPilotPool implements AutoCloseable {

  private final StackUnderTest stack;
  private final ClientObservations observations;
  private final String site;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger deaths = new AtomicInteger();
  private volatile boolean faulty;
  private volatile boolean stopped;

  ScriptedPilotPool(
      StackUnderTest stack,
      ClientObservations observations,
      String site,
      int size,
      long seed,
      boolean faulty) {
    this.stack = stack;
    this.observations = observations;
    this.site = site;
    this.faulty = faulty;
    for (int i = 0; i < size; i++) {
      Random random = new Random(seed * 31 + i);
      threads.execute(() -> runPilots(random));
    }
  }

  /** From now on no pilot is faulty. */
  void behaveWell() {
    faulty = false;
  }

  int deaths() {
    return deaths.get();
  }

  private void runPilots(Random random) {
    while (!stopped) {
      try (ScriptedPilot pilot = new ScriptedPilot(stack, observations, site).register()) {
        while (!stopped && !pilot.lost() && runJob(pilot, random)) {
          // the next job
        }
      } catch (IOException | RuntimeException e) {
        if (!stopped) {
          System.out.println("a scripted pilot is replaced: " + e);
        }
      }
    }
  }

  /** Runs a job, if there is one; false if the pilot died meanwhile. */
  private boolean runJob(ScriptedPilot pilot, Random random) {
    ScriptedPilot.LeasedJob job = pilot.take(UUID.randomUUID(), Duration.ofSeconds(3));
    if (job == null) {
      return true;
    }
    if (chance(random, 3)) {
      return kill(pilot);
    }
    boolean reportsStart = !chance(random, 10);
    if (reportsStart && pilot.start(job).status() == 409) {
      return true;
    }
    pause(random.nextInt(300));
    if (chance(random, 3)) {
      return kill(pilot);
    }
    JobEnd end = JobEnd.FINISHED;
    int errcode = job.payload().endsWith("false") ? 1 : 0;
    if (pilot.lost()) {
      end = JobEnd.KILLED;
      errcode = 143;
    } else if (random.nextInt(4) == 0 && pilot.checkLease(job).body().path("stop").asBoolean()) {
      end = JobEnd.CANCELLED;
      errcode = 143;
    }
    if (chance(random, 10)) {
      pilot.finishWithoutReadingAnswer(job, end, errcode, Duration.ofMillis(random.nextInt(100)));
    }
    pilot.finish(job, end, errcode);
    return true;
  }

  private boolean kill(ScriptedPilot pilot) {
    pilot.die();
    deaths.incrementAndGet();
    return false;
  }

  private boolean chance(Random random, int percent) {
    return random.nextInt(100) < percent && faulty;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    threads.shutdown();
    if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
  }
}
