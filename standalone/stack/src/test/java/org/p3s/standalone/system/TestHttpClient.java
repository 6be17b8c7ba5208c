package org.p3s.standalone.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Calls services that may fail at any moment: a missing answer is a value, not an exception. */
final class TestHttpClient {

  /** The answer of a service; status 0 if there was none. */
  record Reply(int status, JsonNode body) {
    static final Reply NONE = new Reply(0, MissingNode.getInstance());

    boolean ok() {
      return status >= 200 && status < 300;
    }

    /** True if the same request may succeed later: no answer, or the service is down or failed. */
    boolean retryable() {
      return status == 0 || status >= 500 || status == 408 || status == 429;
    }

    /** The problem type of an error. */
    String problem() {
      return body.path("type").asText();
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final StackUnderTest stack;

  TestHttpClient(StackUnderTest stack) {
    this.stack = stack;
  }

  /** Sends a request; cancelling the future closes the connection. */
  CompletableFuture<Reply> send(
      String method,
      String service,
      String path,
      Map<String, String> headers,
      Object body,
      Duration limit) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(service) + path))
            .timeout(limit)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(text(body)));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<String>> exchange =
        HTTP.sendAsync(request.build(), BodyHandlers.ofString());
    CompletableFuture<Reply> answer =
        exchange.handle((response, failure) -> failure == null ? read(response) : Reply.NONE);
    answer.whenComplete(
        (ok, failure) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  /** Sends a request with a token and waits for the answer. */
  Reply call(String method, String service, String path, String token, Object body) {
    return send(method, service, path, bearer(token), body, Duration.ofSeconds(8)).join();
  }

  static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  /** Sends a request and closes the connection after a while without reading the answer. */
  void sendWithoutReadingAnswer(
      String service, String path, String token, Object body, Duration after) {
    byte[] content = text(body).getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", port(service))) {
      OutputStream out = socket.getOutputStream();
      out.write(head.formatted(path, token, content.length).getBytes(StandardCharsets.UTF_8));
      out.write(content);
      out.flush();
      Thread.sleep(after.toMillis());
    } catch (IOException e) {
      // The service is down: the same as an answer that is not read.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int port(String service) {
    return StackUnderTest.SERVICES.get(service) + stack.offset;
  }

  private static Reply read(HttpResponse<String> response) {
    try {
      String body = response.body();
      return new Reply(
          response.statusCode(),
          body == null || body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body));
    } catch (IOException e) {
      return new Reply(response.statusCode(), MissingNode.getInstance());
    }
  }

  private static String text(Object body) {
    try {
      return body == null ? "" : JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
