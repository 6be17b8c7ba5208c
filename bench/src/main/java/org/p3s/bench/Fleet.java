package org.p3s.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.p3s.bench.Stack.Service;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;

/**
 * Pilots that do as the agent does, over the same API, with payloads that only take time: register,
 * ask by long poll, report start and finish (and ask with it), beat. All run on one event loop.
 */
final class Fleet {

  /** Jobs of the bench ask for it, so that the pilots of the stack let them be. */
  static final String LABEL = "{\"bench\":\"yes\"}";

  private static final String WAIT = "30s";
  private static final long AFTER_FAILURE_MILLIS = 200;
  private static final int REGISTER_AT_ONCE = 64;

  /** Told of what happens; on the event loop. */
  interface Watcher {
    /** A job is in a pilot's hands. */
    void received(String name, long nanos);

    /** Its end is accepted. */
    void finished(String name, boolean withNext);

    /** How long the payload of the next job takes. */
    default long takesMillis() {
      return 0;
    }
  }

  private final class Pilot {
    final UUID uuid = Ids.next();
    String token = "";
    int jobs;
    boolean gone;
  }

  private final Wire wire;
  private final String joinToken;
  private final int beatMillis;
  private final Watcher watcher;
  private final List<Pilot> pilots = new ArrayList<>();
  private final AtomicLong beats = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong asking = new AtomicLong();
  private volatile String lastFailure = "";
  private volatile boolean stopping;

  Fleet(Wire wire, String joinToken, int beatMillis, Watcher watcher) {
    this.wire = wire;
    this.joinToken = joinToken;
    this.beatMillis = beatMillis;
    this.watcher = watcher;
  }

  long beats() {
    return beats.get();
  }

  /** Pilots that a service called ended. */
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

  /** Requests for a job that are under way. */
  long asking() {
    return asking.get();
  }

  /** Registers, and begins to beat and to ask. */
  void start(int count) throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      pilots.add(new Pilot());
    }
    for (int from = 0; from < count; from += REGISTER_AT_ONCE) {
      List<Future<Wire.Reply>> answers = new ArrayList<>();
      List<Pilot> some = pilots.subList(from, Math.min(count, from + REGISTER_AT_ONCE));
      some.forEach(pilot -> answers.add(register(pilot)));
      for (int i = 0; i < some.size(); i++) {
        JsonNode welcome = json(Wire.await(answers.get(i), 201).body());
        some.get(i).token = welcome.path("token").asText();
      }
      // Who has registered lives from now on, while the others still register.
      wire.vertx().runOnContext(go -> some.forEach(this::live));
    }
  }

  private Future<Wire.Reply> register(Pilot pilot) {
    String body =
        """
        {"uuid":"%s","site":"local","host":"bench","pid":%d,"slots":1,"labels":%s,"version":"bench"}
        """
            .formatted(pilot.uuid, ProcessHandle.current().pid(), LABEL);
    return wire.send(HttpMethod.POST, Service.PILOTS, "/api/v1/pilots", joinToken, body);
  }

  private void live(Pilot pilot) {
    int place = pilots.indexOf(pilot);
    long first = 1 + (long) beatMillis * place / pilots.size();
    wire.vertx().setPeriodic(first, beatMillis, timer -> beat(pilot, timer));
    ask(pilot);
  }

  private void beat(Pilot pilot, long timer) {
    if (stopping || pilot.gone) {
      wire.vertx().cancelTimer(timer);
      return;
    }
    String path = "/api/v1/pilots/" + pilot.uuid + "/beat";
    String body =
        """
        {"state":"no-jobs","jobs":[],"jobcount":%d,"at":"%s","free_bytes":1000000000}
        """
            .formatted(pilot.jobs, Instant.now());
    wire.send(HttpMethod.POST, Service.PILOTS, path, pilot.token, body)
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                beats.incrementAndGet();
                String fresh = json(reply.body()).path("token").asText("");
                pilot.token = fresh.isEmpty() || fresh.equals("null") ? pilot.token : fresh;
              } else {
                refused(pilot, "beat", reply);
              }
            })
        .onFailure(this::failed);
  }

  private void ask(Pilot pilot) {
    if (stopping || pilot.gone) {
      return;
    }
    String body =
        "{\"request\":\"%s\",\"slot\":0,\"site\":\"local\",\"labels\":%s,\"remaining_s\":86400}"
            .formatted(UUID.randomUUID(), LABEL);
    String path = "/api/v1/pilots/" + pilot.uuid + "/next?wait=" + WAIT;
    asking.incrementAndGet();
    wire.send(HttpMethod.POST, Service.BROKER, path, pilot.token, body)
        .onComplete(done -> asking.decrementAndGet())
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                work(pilot, json(reply.body()));
              } else if (reply.status() == 204) {
                ask(pilot);
              } else {
                refused(pilot, "next", reply);
                later(() -> ask(pilot));
              }
            })
        .onFailure(
            failure -> {
              failed(failure);
              later(() -> ask(pilot));
            });
  }

  private void work(Pilot pilot, JsonNode job) {
    watcher.received(job.path("name").asText(), System.nanoTime());
    Instant now = Instant.now();
    String uuid = job.path("job").asText();
    long lease = job.path("lease").asLong();
    String body =
        """
        {"lease":%d,"pilot":"%s","pid":12345,"host":"bench","at":"%s","workdir":"/tmp/%s.1"}
        """
            .formatted(lease, pilot.uuid, now, uuid);
    wire.send(
            HttpMethod.POST, Service.BROKER, "/api/v1/leases/" + uuid + "/start", pilot.token, body)
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                runAndFinish(pilot, job, now);
              } else {
                refused(pilot, "start", reply);
                later(() -> ask(pilot));
              }
            })
        .onFailure(
            failure -> {
              failed(failure);
              later(() -> work(pilot, job));
            });
  }

  private void runAndFinish(Pilot pilot, JsonNode job, Instant started) {
    long takes = watcher.takesMillis();
    UUID request = UUID.randomUUID();
    if (takes == 0) {
      finish(pilot, job, started, request);
    } else {
      wire.vertx().setTimer(takes, tick -> finish(pilot, job, started, request));
    }
  }

  private void finish(Pilot pilot, JsonNode job, Instant started, UUID request) {
    String uuid = job.path("job").asText();
    long lease = job.path("lease").asLong();
    String body =
        """
        {"lease":%d,"pilot":"%s","state":"finished","errcode":0,"reason":null,"host":"bench",\
        "signal":null,"pid":12345,"workdir":"/tmp/%s.1","ts_sta":"%s","ts_sto":"%s",\
        "cpu_s":0.001,"max_rss_kib":1000,"outputs":[],"stdout":"","stderr":"","dqm":null,"next":%s}
        """
            .formatted(lease, pilot.uuid, uuid, started, Instant.now(), next(request));
    wire.send(
            HttpMethod.POST,
            Service.BROKER,
            "/api/v1/leases/" + uuid + "/finish",
            pilot.token,
            body)
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                pilot.jobs++;
                JsonNode next = json(reply.body()).path("next");
                watcher.finished(job.path("name").asText(), next.isObject());
                if (next.isObject()) {
                  work(pilot, next);
                } else {
                  ask(pilot);
                }
              } else {
                refused(pilot, "finish", reply);
                later(() -> ask(pilot));
              }
            })
        .onFailure(
            failure -> {
              failed(failure);
              later(() -> finish(pilot, job, started, request));
            });
  }

  private String next(UUID request) {
    return stopping
        ? "null"
        : "{\"request\":\"%s\",\"slot\":0,\"site\":\"local\",\"labels\":%s,\"wait_s\":0}"
            .formatted(request, LABEL);
  }

  private void later(Runnable action) {
    wire.vertx().setTimer(AFTER_FAILURE_MILLIS, tick -> action.run());
  }

  private void refused(Pilot pilot, String what, Wire.Reply reply) {
    if (stopping) {
      return;
    }
    if (reply.status() == 410) {
      pilot.gone = true;
      lost.incrementAndGet();
    } else {
      failures.incrementAndGet();
    }
    lastFailure = what + ": HTTP " + reply.status() + " " + reply.body();
  }

  private void failed(Throwable failure) {
    if (!stopping) {
      failures.incrementAndGet();
      lastFailure = String.valueOf(failure);
    }
  }

  /** All leave, as pilots do at the end of their lives. */
  void stop() throws IOException, InterruptedException {
    stopping = true;
    for (int from = 0; from < pilots.size(); from += REGISTER_AT_ONCE) {
      List<Future<Wire.Reply>> answers = new ArrayList<>();
      for (Pilot pilot : pilots.subList(from, Math.min(pilots.size(), from + REGISTER_AT_ONCE))) {
        String path = "/api/v1/pilots/" + pilot.uuid + "?reason=bench";
        answers.add(wire.send(HttpMethod.DELETE, Service.PILOTS, path, pilot.token, null));
      }
      for (Future<Wire.Reply> answer : answers) {
        Wire.await(answer, 200, 204, 404, 410);
      }
    }
    // The answers to their polls.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (asking.get() > 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  static JsonNode json(Buffer body) {
    try {
      return JsonCodec.mapper().readTree(body.getBytes());
    } catch (IOException e) {
      throw new IllegalStateException("no JSON: " + body, e);
    }
  }
}
