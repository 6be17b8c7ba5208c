package org.p3s.standalone.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Users who submit all the time, from a seed: jobs that end well or fail, some to be tried again,
 * and with moods also workflows, cancels and changes of priority.
 */
final class Load implements AutoCloseable {

  private final Client client;
  private final String site;
  private final List<String> dags;
  private final Duration pause;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean stopped;

  /**
   * @param site of all jobs; null: any
   * @param dags none: jobs that end well, and nothing else
   */
  Load(Client client, int users, long seed, Duration pause, String site, List<String> dags) {
    this.client = client;
    this.site = site;
    this.dags = dags;
    this.pause = pause;
    for (int i = 0; i < users; i++) {
      Random random = new Random(seed * 17 + i);
      threads.execute(() -> user(random));
    }
  }

  private void user(Random random) {
    List<UUID> jobs = new ArrayList<>();
    List<UUID> workflows = new ArrayList<>();
    while (!stopped) {
      try {
        if (dags.isEmpty()) {
          client.submit(site);
        } else {
          act(random, jobs, workflows);
        }
        done.incrementAndGet();
        Thread.sleep(random.nextLong(pause.toMillis() * 2));
      } catch (InterruptedException e) {
        return;
      } catch (IllegalStateException e) {
        System.out.println("a user was refused: " + e.getMessage());
      }
    }
  }

  private void act(Random random, List<UUID> jobs, List<UUID> workflows) {
    int dice = random.nextInt(100);
    if (dice < 50 || jobs.isEmpty()) {
      jobs.add(client.submit(site, "/bin/true", null, 1, random.nextInt(10)));
    } else if (dice < 65) {
      int attempts = 1 + random.nextInt(3);
      jobs.add(client.submit(site, "/bin/false", null, attempts, random.nextInt(10)));
    } else if (dice < 75) {
      jobs.add(client.submit(site, "/bin/sleep", "0.5", 2, random.nextInt(10)));
    } else if (dice < 85 || workflows.isEmpty()) {
      workflows.add(client.startWorkflow(dags.get(random.nextInt(dags.size()))));
    } else if (dice < 92) {
      client.cancel("jobs", recent(random, jobs));
    } else if (dice < 94) {
      client.cancel("workflows", recent(random, workflows));
    } else {
      client.adjust(recent(random, jobs), random.nextInt(100));
    }
  }

  private static UUID recent(Random random, List<UUID> all) {
    int some = Math.min(5, all.size());
    return all.get(all.size() - 1 - random.nextInt(some));
  }

  int done() {
    return done.get();
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    threads.shutdown();
    // A request under way is repeated until somebody decides; then the user goes home.
    if (!threads.awaitTermination(150, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a user still waits for an answer");
    }
  }
}
