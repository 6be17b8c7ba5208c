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
import org.p3s.standalone.system.history.Known;

/**
 * Simulated pilots that work until they are told to stop. With moods they die between two steps,
 * leave out the start report, or do not hear the answer to a report.
 */
final class Crew implements AutoCloseable {

  private final Stack stack;
  private final Known known;
  private final String site;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger deaths = new AtomicInteger();
  private volatile boolean moods;
  private volatile boolean stopped;

  Crew(Stack stack, Known known, String site, int size, long seed, boolean moods) {
    this.stack = stack;
    this.known = known;
    this.site = site;
    this.moods = moods;
    for (int i = 0; i < size; i++) {
      Random random = new Random(seed * 31 + i);
      threads.execute(() -> member(random));
    }
  }

  /** From now on all do what they should. */
  void calmDown() {
    moods = false;
  }

  int deaths() {
    return deaths.get();
  }

  private void member(Random random) {
    while (!stopped) {
      try (ScriptedPilot pilot = new ScriptedPilot(stack, known, site).register()) {
        while (!stopped && !pilot.gone() && live(pilot, random)) {
          // goes on
        }
      } catch (IOException | RuntimeException e) {
        if (!stopped) {
          System.out.println("a simulated pilot begins anew: " + e);
        }
      }
    }
  }

  /** One job, if there is one; false if the pilot died of it. */
  private boolean live(ScriptedPilot pilot, Random random) {
    ScriptedPilot.Offer job = pilot.take(UUID.randomUUID(), Duration.ofSeconds(3));
    if (job == null) {
      return true;
    }
    if (chance(random, 3)) {
      return die(pilot);
    }
    boolean told = !chance(random, 10);
    if (told && pilot.start(job).status() == 409) {
      return true;
    }
    pause(random.nextInt(300));
    if (chance(random, 3)) {
      return die(pilot);
    }
    JobEnd end = JobEnd.FINISHED;
    int errcode = job.payload().endsWith("false") ? 1 : 0;
    if (pilot.gone()) {
      end = JobEnd.KILLED;
      errcode = 143;
    } else if (random.nextInt(4) == 0 && pilot.look(job).body().path("stop").asBoolean()) {
      end = JobEnd.CANCELLED;
      errcode = 143;
    }
    if (chance(random, 10)) {
      pilot.finishUnheard(job, end, errcode, Duration.ofMillis(random.nextInt(100)));
    }
    pilot.finish(job, end, errcode);
    return true;
  }

  private boolean die(ScriptedPilot pilot) {
    pilot.dies();
    deaths.incrementAndGet();
    return false;
  }

  private boolean chance(Random random, int percent) {
    return random.nextInt(100) < percent && moods;
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
