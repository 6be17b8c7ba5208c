package org.p3s.pilot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** Plays the pilot service and the broker for one agent; the system test has the real ones. */
final class FakeServices implements AutoCloseable {

  /** What was asked: method and path, and the body. */
  record Call(String what, Map<String, Object> body, String token) {}

  final HttpServer server;
  final BlockingQueue<Map<String, Object>> jobs = new LinkedBlockingQueue<>();
  final List<Call> calls = new CopyOnWriteArrayList<>();
  final List<Map<String, Object>> orders = new CopyOnWriteArrayList<>();
  volatile int finishStatus = 200;
  volatile int startStatus = 200;
  volatile int beatStatus = 200;
  volatile int logStatus = 200;
  volatile String lease = "{\"state\":\"running\",\"stop\":false}";

  FakeServices() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::serve);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  UUID offer(String payload, Map<String, Object> more) {
    UUID uuid = UUID.randomUUID();
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("job", uuid.toString());
    job.put("lease", 17);
    job.put("attempt", 1);
    job.put("name", "test");
    job.put("payload", payload);
    job.put("timelimit", 60);
    job.put("env", Map.of());
    job.put("outputs", List.of());
    job.putAll(more);
    jobs.add(job);
    return uuid;
  }

  List<Map<String, Object>> bodies(String ending) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Call call : calls) {
      if (call.what().endsWith(ending)) {
        all.add(call.body());
      }
    }
    return all;
  }

  private void serve(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    Map<String, Object> body = Fields.parse(http.getRequestBody().readAllBytes()).map();
    calls.add(
        new Call(
            http.getRequestMethod() + " " + path,
            body,
            String.valueOf(http.getRequestHeaders().getFirst("Authorization"))));
    if (path.endsWith("/next")) {
      next(http);
    } else if (path.endsWith("/finish")) {
      answer(http, finishStatus, "{\"accepted\":true,\"next\":null}");
    } else if (path.endsWith("/start")) {
      answer(http, startStatus, "{}");
    } else if (path.endsWith("/beat")) {
      answer(
          http,
          beatStatus,
          new String(
              Fields.write(Map.of("state", "running", "orders", orders)),
              java.nio.charset.StandardCharsets.UTF_8));
    } else if (path.endsWith("/log")) {
      answer(http, logStatus, lease);
    } else if (path.contains("/leases/")) {
      answer(http, 200, lease);
    } else if (http.getRequestMethod().equals("DELETE")) {
      answer(http, 204, "");
    } else {
      answer(
          http,
          201,
          "{\"uuid\":\""
              + body.get("uuid")
              + "\",\"token\":\"pilot-token\",\"beat_s\":1,\"broker\":\""
              + url()
              + "\",\"env\":{\"FROM_SITE\":\"s\"},\"allow_env\":[],\"cycles\":0,\"life_s\":0}");
    }
  }

  private void next(HttpExchange http) throws IOException {
    try {
      Map<String, Object> job = jobs.poll(5, TimeUnit.SECONDS);
      if (job == null) {
        answer(http, 204, "");
        return;
      }
      answer(http, 200, new String(Fields.write(job), java.nio.charset.StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange http, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
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
