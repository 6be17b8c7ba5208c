package org.p3s.pilot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.p3s.pilot.http.JsonFields;

/**
 * A pilot service and a broker for the tests of one pilot, with answers that a test can set. The
 * tests of standalone/stack run the pilot against the real services.
 */
final class FakeServices implements AutoCloseable {

  /** A request: method and path, body, and the header Authorization. */
  record Call(String request, Map<String, Object> body, String token) {}

  final HttpServer server;
  final BlockingQueue<Map<String, Object>> jobs = new LinkedBlockingQueue<>();
  final List<Call> calls = new CopyOnWriteArrayList<>();
  final List<Map<String, Object>> commands = new CopyOnWriteArrayList<>();
  final AtomicLong finishReports = new AtomicLong();

  /** If set, each finish report is answered with another job of this payload; no calls are kept. */
  volatile String endlessPayload = "";

  // The HTTP status of the answers.
  volatile int finishStatus = 200;
  volatile int startStatus = 200;
  volatile int beatStatus = 200;
  volatile int logStatus = 200;
  volatile int leaseStatus = 200;
  private volatile String pilot = "";
  volatile int cycles;
  volatile int lifeSeconds;
  volatile Map<String, String> siteEnv = Map.of("FROM_SITE", "s");
  volatile List<String> allowEnv = List.of();
  volatile List<String> prefix = List.of();
  volatile int slots = 1;
  volatile String leaseAnswer = "{\"state\":\"running\",\"stop\":false}";

  FakeServices() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::serve);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  UUID addJob(String payload, Map<String, Object> more) {
    UUID uuid = UUID.randomUUID();
    addJob(uuid, payload, more);
    return uuid;
  }

  /** The same uuid again is the same job under the same lease. */
  void addJob(UUID uuid, String payload, Map<String, Object> more) {
    Map<String, Object> job = job(uuid, payload);
    job.putAll(more);
    jobs.add(job);
  }

  private static Map<String, Object> job(UUID uuid, String payload) {
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("job", uuid.toString());
    job.put("lease", 17);
    job.put("attempt", 1);
    job.put("name", "test");
    job.put("payload", payload);
    job.put("timelimit", 60);
    job.put("env", Map.of());
    job.put("outputs", List.of());
    return job;
  }

  List<Map<String, Object>> requestBodies(String pathEnd) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Call call : calls) {
      if (call.request().endsWith(pathEnd)) {
        all.add(call.body());
      }
    }
    return all;
  }

  private void serve(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    Map<String, Object> body = JsonFields.parse(http.getRequestBody().readAllBytes()).map();
    if (endlessPayload.isEmpty()) {
      calls.add(
          new Call(
              http.getRequestMethod() + " " + path,
              body,
              String.valueOf(http.getRequestHeaders().getFirst("Authorization"))));
    }
    if (path.endsWith("/next")) {
      next(http);
    } else if (path.endsWith("/finish")) {
      finish(http);
    } else if (path.endsWith("/start")) {
      answer(http, startStatus, "{}");
    } else if (path.endsWith("/beat")) {
      answer(
          http,
          beatStatus,
          new String(
              JsonFields.write(Map.of("state", "running", "orders", commands)),
              StandardCharsets.UTF_8));
    } else if (path.endsWith("/log")) {
      answer(http, logStatus, leaseAnswer);
    } else if (path.contains("/leases/")) {
      answer(http, leaseStatus, leaseAnswer);
    } else if (http.getRequestMethod().equals("DELETE")) {
      answer(http, 204, "");
    } else {
      register(http, body);
    }
  }

  private void finish(HttpExchange http) throws IOException {
    finishReports.incrementAndGet();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("accepted", true);
    if (finishStatus == 409) {
      answer.put("type", "/problems/lease-lost");
    }
    answer.put("next", endlessPayload.isEmpty() ? null : job(UUID.randomUUID(), endlessPayload));
    answer(http, finishStatus, new String(JsonFields.write(answer), StandardCharsets.UTF_8));
  }

  private void register(HttpExchange http, Map<String, Object> body) throws IOException {
    Map<String, Object> answer = new LinkedHashMap<>();
    pilot = String.valueOf(body.get("uuid"));
    answer.put("uuid", pilot);
    answer.put("token", "pilot-token");
    answer.put("beat_s", 1);
    answer.put("broker", url());
    answer.put("env", siteEnv);
    answer.put("allow_env", allowEnv);
    answer.put("prefix", prefix);
    answer.put("slots", body.get("slots") == null ? slots : body.get("slots"));
    answer.put("cycles", cycles);
    answer.put("life_s", lifeSeconds);
    answer(http, 201, new String(JsonFields.write(answer), StandardCharsets.UTF_8));
  }

  /** Answers a long poll: the pilot that registered last gets the next job, earlier ones none. */
  private void next(HttpExchange http) throws IOException {
    String asking = pilot;
    try {
      Map<String, Object> job = null;
      for (int i = 0; i < 50 && job == null && asking.equals(pilot); i++) {
        job = jobs.poll(100, TimeUnit.MILLISECONDS);
      }
      if (job != null && !asking.equals(pilot)) {
        jobs.add(job);
        job = null;
      }
      if (job == null) {
        answer(http, 204, "");
        return;
      }
      answer(http, 200, new String(JsonFields.write(job), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange http, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      http.getResponseBody().write(bytes);
    }
    http.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
