package org.p3s.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.p3s.bench.RunningStack.Service;

/**
 * Many pilots in this process. They use the same API as the agent: they register, ask for jobs by
 * long poll, report start and finish, ask for the next job with the finish report, and send
 * heartbeats. Their payloads do nothing but take time. All of them run on one event loop.
 */
final class SimulatedPilots {

  /** The label that jobs of the bench require, so that the pilots of the stack do not take them. */
  static final String LABEL = "{\"bench\":\"yes\"}";

  private static final int REGISTER_AT_ONCE = 64;

  /** Is notified of what happens to jobs; called on the event loop. */
  interface JobListener {
    /**
     * A pilot received a job.
     *
     * @param nanos when, as {@link System#nanoTime}
     */
    void received(String name, long nanos);

    /** The broker accepted the finish report of a job; its answer had a next job or not. */
    void finished(String name, boolean withNext);

    /** How long the payload of the next job takes. */
    default long payloadMillis() {
      return 0;
    }
  }

  private final EventLoopHttpClient http;
  private final String joinToken;
  private final int heartbeatMillis;
  private final JobListener listener;
  private final List<SimulatedPilot> pilots = new ArrayList<>();
  private final AtomicLong heartbeats = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong openPolls = new AtomicLong();
  private volatile String lastFailure = "";
  private volatile boolean stopping;

  SimulatedPilots(
      EventLoopHttpClient http, String joinToken, int heartbeatMillis, JobListener listener) {
    this.http = http;
    this.joinToken = joinToken;
    this.heartbeatMillis = heartbeatMillis;
    this.listener = listener;
  }

  /** Heartbeats that were answered. */
  long heartbeats() {
    return heartbeats.get();
  }

  /** Pilots that a service refused because it had ended them. */
  long lost() {
    return lost.get();
  }

  /** Requests that were refused or not answered. */
  long failures() {
    return failures.get();
  }

  String lastFailure() {
    return lastFailure;
  }

  /** Long polls that wait for an answer now. */
  long openPolls() {
    return openPolls.get();
  }

  boolean stopping() {
    return stopping;
  }

  JobListener listener() {
    return listener;
  }

  /** Registers the pilots; each sends heartbeats and asks for jobs as soon as it is registered. */
  void start(int count) throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      long firstHeartbeat = 1 + (long) heartbeatMillis * i / count;
      pilots.add(new SimulatedPilot(this, http, firstHeartbeat, heartbeatMillis));
    }
    for (int from = 0; from < count; from += REGISTER_AT_ONCE) {
      List<Future<EventLoopHttpClient.Reply>> replies = new ArrayList<>();
      List<SimulatedPilot> some = pilots.subList(from, Math.min(count, from + REGISTER_AT_ONCE));
      some.forEach(pilot -> replies.add(register(pilot)));
      for (int i = 0; i < some.size(); i++) {
        EventLoopHttpClient.Reply reply = EventLoopHttpClient.await(replies.get(i), 201);
        some.get(i).registered(reply);
      }
      // A registered pilot must send heartbeats while the others still register.
      http.vertx().runOnContext(go -> some.forEach(SimulatedPilot::start));
    }
  }

  private Future<EventLoopHttpClient.Reply> register(SimulatedPilot pilot) {
    String body =
        """
        {"uuid":"%s","site":"local","host":"bench","pid":%d,"slots":1,"labels":%s,"version":"bench"}
        """
            .formatted(pilot.uuid(), ProcessHandle.current().pid(), LABEL);
    return http.send(HttpMethod.POST, Service.PILOTS, "/api/v1/pilots", joinToken, body);
  }

  /** All pilots deregister, as the agent does when it ends. */
  void stop() throws IOException, InterruptedException {
    stopping = true;
    for (int from = 0; from < pilots.size(); from += REGISTER_AT_ONCE) {
      List<Future<EventLoopHttpClient.Reply>> replies = new ArrayList<>();
      int to = Math.min(pilots.size(), from + REGISTER_AT_ONCE);
      for (SimulatedPilot pilot : pilots.subList(from, to)) {
        String path = "/api/v1/pilots/" + pilot.uuid() + "?reason=bench";
        replies.add(http.send(HttpMethod.DELETE, Service.PILOTS, path, pilot.token(), null));
      }
      for (Future<EventLoopHttpClient.Reply> reply : replies) {
        EventLoopHttpClient.await(reply, 200, 204, 404, 410);
      }
    }
    // Polls are still open until the broker has answered them.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (openPolls.get() > 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  void heartbeatAnswered() {
    heartbeats.incrementAndGet();
  }

  void pollOpened() {
    openPolls.incrementAndGet();
  }

  void pollClosed() {
    openPolls.decrementAndGet();
  }

  /** Counts a request that was answered with an error status. */
  void refused(String request, EventLoopHttpClient.Reply reply) {
    if (stopping) {
      return;
    }
    if (reply.status() == 410) {
      lost.incrementAndGet();
    } else {
      failures.incrementAndGet();
    }
    lastFailure = request + ": HTTP " + reply.status() + " " + reply.body();
  }

  /** Counts a request that was not answered. */
  void failed(Throwable failure) {
    if (!stopping) {
      failures.incrementAndGet();
      lastFailure = String.valueOf(failure);
    }
  }
}
