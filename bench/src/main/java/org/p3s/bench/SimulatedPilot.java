package org.p3s.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.p3s.bench.RunningStack.Service;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;

/** One of the {@link SimulatedPilots}, with one slot. Everything happens on the event loop. */
final class SimulatedPilot {

  private static final String WAIT = "30s";
  private static final long AFTER_FAILURE_MILLIS = 200;

  private final UUID uuid = Ids.next();
  private final SimulatedPilots all;
  private final EventLoopHttpClient http;
  private final long firstHeartbeatMillis;
  private final int heartbeatMillis;
  private String token = "";
  private int jobs;
  private boolean lost;

  SimulatedPilot(
      SimulatedPilots all,
      EventLoopHttpClient http,
      long firstHeartbeatMillis,
      int heartbeatMillis) {
    this.all = all;
    this.http = http;
    this.firstHeartbeatMillis = firstHeartbeatMillis;
    this.heartbeatMillis = heartbeatMillis;
  }

  UUID uuid() {
    return uuid;
  }

  String token() {
    return token;
  }

  /** The pilot service accepted the registration. */
  void registered(EventLoopHttpClient.Reply reply) {
    token = json(reply.body()).path("token").asText();
  }

  /** Sends heartbeats and asks for jobs from now on. */
  void start() {
    http.vertx().setPeriodic(firstHeartbeatMillis, heartbeatMillis, this::sendHeartbeat);
    askForJob();
  }

  private void sendHeartbeat(long timer) {
    if (all.stopping() || lost) {
      http.vertx().cancelTimer(timer);
      return;
    }
    String path = "/api/v1/pilots/" + uuid + "/beat";
    String body =
        """
        {"state":"no-jobs","jobs":[],"jobcount":%d,"at":"%s","free_bytes":1000000000}
        """
            .formatted(jobs, Instant.now());
    http.send(HttpMethod.POST, Service.PILOTS, path, token, body)
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                all.heartbeatAnswered();
                String fresh = json(reply.body()).path("token").asText("");
                token = fresh.isEmpty() || fresh.equals("null") ? token : fresh;
              } else {
                refused("beat", reply);
              }
            })
        .onFailure(all::failed);
  }

  private void askForJob() {
    if (all.stopping() || lost) {
      return;
    }
    String body =
        "{\"request\":\"%s\",\"slot\":0,\"site\":\"local\",\"labels\":%s,\"remaining_s\":86400}"
            .formatted(UUID.randomUUID(), SimulatedPilots.LABEL);
    String path = "/api/v1/pilots/" + uuid + "/next?wait=" + WAIT;
    all.pollOpened();
    http.send(HttpMethod.POST, Service.BROKER, path, token, body)
        .onComplete(done -> all.pollClosed())
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                reportStart(json(reply.body()));
              } else if (reply.status() == 204) {
                askForJob();
              } else {
                refused("next", reply);
                later(this::askForJob);
              }
            })
        .onFailure(
            failure -> {
              all.failed(failure);
              later(this::askForJob);
            });
  }

  private void reportStart(JsonNode job) {
    all.listener().received(job.path("name").asText(), System.nanoTime());
    Instant now = Instant.now();
    String id = job.path("job").asText();
    long lease = job.path("lease").asLong();
    String body =
        """
        {"lease":%d,"pilot":"%s","pid":12345,"host":"bench","at":"%s","workdir":"/tmp/%s.1"}
        """
            .formatted(lease, uuid, now, id);
    http.send(HttpMethod.POST, Service.BROKER, "/api/v1/leases/" + id + "/start", token, body)
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                runPayload(job, now);
              } else {
                refused("start", reply);
                later(this::askForJob);
              }
            })
        .onFailure(
            failure -> {
              all.failed(failure);
              later(() -> reportStart(job));
            });
  }

  private void runPayload(JsonNode job, Instant started) {
    long millis = all.listener().payloadMillis();
    UUID request = UUID.randomUUID();
    if (millis == 0) {
      reportFinish(job, started, request);
    } else {
      http.vertx().setTimer(millis, tick -> reportFinish(job, started, request));
    }
  }

  private void reportFinish(JsonNode job, Instant started, UUID request) {
    String id = job.path("job").asText();
    long lease = job.path("lease").asLong();
    String body =
        """
        {"lease":%d,"pilot":"%s","state":"finished","errcode":0,"reason":null,"host":"bench",\
        "signal":null,"pid":12345,"workdir":"/tmp/%s.1","ts_sta":"%s","ts_sto":"%s",\
        "cpu_s":0.001,"max_rss_kib":1000,"outputs":[],"stdout":"","stderr":"","dqm":null,"next":%s}
        """
            .formatted(lease, uuid, id, started, Instant.now(), nextJobRequest(request));
    http.send(HttpMethod.POST, Service.BROKER, "/api/v1/leases/" + id + "/finish", token, body)
        .onSuccess(
            reply -> {
              if (reply.status() == 200) {
                jobs++;
                takeNext(job, json(reply.body()).path("next"));
              } else {
                refused("finish", reply);
                later(this::askForJob);
              }
            })
        .onFailure(
            failure -> {
              all.failed(failure);
              later(() -> reportFinish(job, started, request));
            });
  }

  private void takeNext(JsonNode finished, JsonNode next) {
    all.listener().finished(finished.path("name").asText(), next.isObject());
    if (next.isObject()) {
      reportStart(next);
    } else {
      askForJob();
    }
  }

  private String nextJobRequest(UUID request) {
    return all.stopping()
        ? "null"
        : "{\"request\":\"%s\",\"slot\":0,\"site\":\"local\",\"labels\":%s,\"wait_s\":0}"
            .formatted(request, SimulatedPilots.LABEL);
  }

  private void later(Runnable action) {
    http.vertx().setTimer(AFTER_FAILURE_MILLIS, tick -> action.run());
  }

  private void refused(String request, EventLoopHttpClient.Reply reply) {
    lost |= reply.status() == 410 && !all.stopping();
    all.refused(request, reply);
  }

  private static JsonNode json(Buffer body) {
    try {
      return JsonCodec.mapper().readTree(body.getBytes());
    } catch (IOException e) {
      throw new IllegalStateException("no JSON: " + body, e);
    }
  }
}
