package org.p3s.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.p3s.bench.RunningStack.Service;
import org.p3s.contracts.JsonCodec;

/**
 * {@code p3s bench parked}: many pilots that wait for a job, each with an open long poll and a
 * heartbeat every 15 seconds, and a few jobs that are defined meanwhile.
 */
final class WaitingPilotsBench {

  private static final int HEARTBEAT_SECONDS = 15;
  private static final int JOBS = 100;
  private static final String SITE = "/api/v1/sites/local";

  private final RunningStack stack;
  private final PrintStream out;

  WaitingPilotsBench(RunningStack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  void run(int pilots, int seconds) throws IOException, InterruptedException {
    // Each poll has a connection. Heartbeats share some, as the number of open files is limited.
    try (EventLoopHttpClient http = new EventLoopHttpClient(stack, pilots + 64)) {
      String before = readSite(http);
      try {
        putSite(http, withHeartbeat(before));
        measure(http, pilots, seconds);
      } finally {
        putSite(http, before);
      }
    }
  }

  private String readSite(EventLoopHttpClient http) throws IOException, InterruptedException {
    return EventLoopHttpClient.await(
            http.send(HttpMethod.GET, Service.PILOTS, SITE, admin(), null), 200)
        .body()
        .toString();
  }

  private void putSite(EventLoopHttpClient http, String site)
      throws IOException, InterruptedException {
    EventLoopHttpClient.await(
        http.send(HttpMethod.PUT, Service.PILOTS, SITE, admin(), site), 200, 201);
  }

  private String admin() throws IOException {
    return stack.token("admin");
  }

  private static String withHeartbeat(String site) throws IOException {
    return ((ObjectNode) JsonCodec.mapper().readTree(site))
        .put("pilotbeat", HEARTBEAT_SECONDS)
        .toString();
  }

  private void measure(EventLoopHttpClient http, int pilots, int seconds)
      throws IOException, InterruptedException {
    JobSubmitter submitter = new JobSubmitter(http, stack);
    double rate = JOBS / Math.max(1.0, seconds - 5.0);
    DispatchLatencyLoad load =
        new DispatchLatencyLoad(
            submitter, "p" + ProcessHandle.current().pid() + "-", rate, 0, JOBS);
    SimulatedPilots simulatedPilots =
        new SimulatedPilots(http, stack.token("join"), HEARTBEAT_SECONDS * 1000, load);
    long start = System.nanoTime();
    simulatedPilots.start(pilots);
    double registered = pilots / ((System.nanoTime() - start) / 1e9);
    // By then every pilot has sent a heartbeat and waits in its poll.
    TimeUnit.SECONDS.sleep(HEARTBEAT_SECONDS + 5);
    ResourceUsage before = ResourceUsage.measure(stack);
    long heartbeatsBefore = simulatedPilots.heartbeats();
    LatencyFigures figures = load.run(http, () -> {});
    long rest = TimeUnit.SECONDS.toNanos(seconds) - (System.nanoTime() - before.nanos());
    TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
    ResourceUsage after = ResourceUsage.measure(stack);
    long heartbeats = simulatedPilots.heartbeats() - heartbeatsBefore;
    long waiting = simulatedPilots.openPolls();
    simulatedPilots.stop();
    new ResultTable()
        .row("PARKED", "%d pilots, beats every %d s, %d s", pilots, HEARTBEAT_SECONDS, seconds)
        .row("registered", "%.0f/s", registered)
        .row("in long poll at the end", "%d", waiting)
        .row("beats", "%.0f/s", heartbeats / after.secondsSince(before))
        .row("pilots lost", "%d", simulatedPilots.lost())
        .row("requests failed", "%d %s", simulatedPilots.failures(), simulatedPilots.lastFailure())
        .row(
            "broker and pilot service together",
            "%.0f MiB resident",
            after.mibOf("broker-service") + after.mibOf("pilot-service"))
        .row(JOBS + " jobs: scheduled to in a pilot's hands", "%s", figures)
        .usage(before, after, JOBS)
        .print(out);
  }
}
