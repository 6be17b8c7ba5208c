package org.p3s.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An HTTP server in place of all services, with answers that the test defines. */
public final class FakeApi implements AutoCloseable {

  /**
   * A request that came.
   *
   * @param methodAndPath with the query, without the prefix of the API: {@code GET /jobs?limit=1}
   */
  public record Request(
      String methodAndPath,
      @Nullable String authorization,
      @Nullable String idempotencyKey,
      String body) {}

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  public FakeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /**
   * Defines the answers to a call, one for each request; the last one is repeated.
   *
   * @param call method and path without prefix and query: {@code GET /jobs}
   */
  public FakeApi answer(String call, int status, String... bodies) {
    Queue<Answer> queue = new ConcurrentLinkedQueue<>();
    for (String body : bodies) {
      queue.add(new Answer(status, body));
    }
    answers.put(call, queue);
    return this;
  }

  /** All requests but those for the stream of events, which come at any time. */
  public List<Request> requests() {
    return requests.stream().filter(r -> !r.methodAndPath().contains("/events")).toList();
  }

  public Request lastRequest() {
    return requests().get(requests().size() - 1);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** An environment in which this server is each of the services. */
  public Map<String, String> environment() {
    String url = "http://127.0.0.1:" + port();
    return Map.of(
        "P3S_SERVER", url,
        "P3S_SERVER_WORKFLOW", url,
        "P3S_SERVER_BROKER", url,
        "P3S_SERVER_PILOTS", url,
        "P3S_SERVER_WATCHER", url,
        "P3S_TOKEN", "secret");
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String uri = exchange.getRequestURI().toString().replaceFirst("^/api/v1", "");
    requests.add(
        new Request(
            exchange.getRequestMethod() + " " + uri,
            exchange.getRequestHeaders().getFirst("Authorization"),
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            body));
    Queue<Answer> queue =
        answers.get(exchange.getRequestMethod() + " " + uri.replaceFirst("\\?.*", ""));
    Answer answer = queue == null ? null : queue.size() > 1 ? queue.poll() : queue.peek();
    if (answer == null) {
      answer =
          new Answer(
              404,
              "{\"title\":\"There is no such thing\",\"detail\":\"" + uri + "\",\"errors\":[]}");
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
