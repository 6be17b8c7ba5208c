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
 * Users who send requests all the time, at random from a seed: they submit jobs that succeed or
 * fail, start workflows, cancel, and change priorities.
 */
final class UserLoad implements AutoCloseable {

  private final RetryingApiClient client;
  private final String site;
  private final List<String> dags;
  private final Duration pause;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean stopped;

  /**
   * @param pause mean time between two requests of a user
   * @param site of all jobs; null: any
   * @param dags of the workflows; if it is empty, users only submit jobs that succeed
   */
  UserLoad(
      RetryingApiClient client,
      int users,
      long seed,
      Duration pause,
      String site,
      List<String> dags) {
    this.client = client;
    this.site = site;
    this.dags = dags;
    this.pause = pause;
    for (int i = 0; i < users; i++) {
      Random random = new Random(seed * 17 + i);
      threads.execute(() -> runUser(random));
    }
  }

  private void runUser(Random random) {
    List<UUID> jobs = new ArrayList<>();
    List<UUID> workflows = new ArrayList<>();
    while (!stopped) {
      try {
        if (dags.isEmpty()) {
          client.submit(site);
        } else {
          sendRandomRequest(random, jobs, workflows);
        }
        requests.incrementAndGet();
        Thread.sleep(random.nextLong(pause.toMillis() * 2));
      } catch (InterruptedException e) {
        return;
      } catch (IllegalStateException e) {
        System.out.println("a user was refused: " + e.getMessage());
      }
    }
  }

  private void sendRandomRequest(Random random, List<UUID> jobs, List<UUID> workflows) {
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
      client.changePriority(recent(random, jobs), random.nextInt(100));
    }
  }

  private static UUID recent(Random random, List<UUID> all) {
    int some = Math.min(5, all.size());
    return all.get(all.size() - 1 - random.nextInt(some));
  }

  /** How many requests were accepted. */
  int requests() {
    return requests.get();
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    threads.shutdown();
    // An open request is repeated until it is accepted or refused; then the user ends.
    if (!threads.awaitTermination(150, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a request of a user is still open");
    }
  }
}
