package org.p3s.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.p3s.bench.Stack.Service;
import org.p3s.contracts.JsonCodec;

/**
 * {@code p3s bench parked}: pilots that wait for work, each with a poll of its own and a beat every
 * 15 seconds, and jobs that are defined meanwhile.
 */
final class Parked {

  private static final int BEAT_SECONDS = 15;
  private static final int JOBS = 100;
  private static final String SITE = "/api/v1/sites/local";

  private final Stack stack;
  private final PrintStream out;

  Parked(Stack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  void run(int pilots, int seconds) throws IOException, InterruptedException {
    // A connection for each pilot's poll; beats share some, as files a process may open are few.
    try (Wire wire = new Wire(stack, pilots + 64)) {
      String before = site(wire);
      try {
        put(wire, withBeat(before));
        measure(wire, pilots, seconds);
      } finally {
        put(wire, before);
      }
    }
  }

  private String site(Wire wire) throws IOException, InterruptedException {
    return Wire.await(wire.send(HttpMethod.GET, Service.PILOTS, SITE, admin(), null), 200)
        .body()
        .toString();
  }

  private void put(Wire wire, String site) throws IOException, InterruptedException {
    Wire.await(wire.send(HttpMethod.PUT, Service.PILOTS, SITE, admin(), site), 200, 201);
  }

  private String admin() throws IOException {
    return stack.token("admin");
  }

  private static String withBeat(String site) throws IOException {
    return ((ObjectNode) JsonCodec.mapper().readTree(site))
        .put("pilotbeat", BEAT_SECONDS)
        .toString();
  }

  private void measure(Wire wire, int pilots, int seconds)
      throws IOException, InterruptedException {
    Definer definer = new Definer(wire, stack);
    double rate = JOBS / Math.max(1.0, seconds - 5.0);
    Latency load = new Latency(definer, "p" + ProcessHandle.current().pid() + "-", rate, 0, JOBS);
    Fleet fleet = new Fleet(wire, stack.token("join"), BEAT_SECONDS * 1000, load);
    long start = System.nanoTime();
    fleet.start(pilots);
    double registered = pilots / ((System.nanoTime() - start) / 1e9);
    // Every pilot has beaten once and waits.
    TimeUnit.SECONDS.sleep(BEAT_SECONDS + 5);
    Cost before = Cost.now(stack);
    long beatsBefore = fleet.beats();
    Figures figures = load.run(wire, () -> {});
    long rest = TimeUnit.SECONDS.toNanos(seconds) - (System.nanoTime() - before.nanos());
    TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
    Cost after = Cost.now(stack);
    long beats = fleet.beats() - beatsBefore;
    long waiting = fleet.asking();
    fleet.stop();
    new Table()
        .row("PARKED", "%d pilots, beats every %d s, %d s", pilots, BEAT_SECONDS, seconds)
        .row("registered", "%.0f/s", registered)
        .row("in long poll at the end", "%d", waiting)
        .row("beats", "%.0f/s", beats / after.secondsSince(before))
        .row("pilots lost", "%d", fleet.lost())
        .row("requests failed", "%d %s", fleet.failures(), fleet.lastFailure())
        .row(
            "broker and pilot service together",
            "%.0f MiB resident",
            after.mibOf("broker-service") + after.mibOf("pilot-service"))
        .row(JOBS + " jobs: scheduled to in a pilot's hands", "%s", figures)
        .costs(before, after, JOBS)
        .print(out);
  }
}
