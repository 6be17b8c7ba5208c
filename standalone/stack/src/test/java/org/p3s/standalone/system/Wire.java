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

/** HTTP as clients speak it while the other side may die at any moment. */
final class Wire {

  /** Status 0 if there was no answer. */
  record Answer(int status, JsonNode body) {
    static final Answer NONE = new Answer(0, MissingNode.getInstance());

    boolean ok() {
      return status >= 200 && status < 300;
    }

    /** The same again may succeed: nobody answered, or the service is away or failed. */
    boolean passing() {
      return status == 0 || status >= 500 || status == 408 || status == 429;
    }

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

  private final Stack stack;

  Wire(Stack stack) {
    this.stack = stack;
  }

  /** Cancelling the answer closes the connection. */
  CompletableFuture<Answer> send(
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
    CompletableFuture<Answer> answer =
        exchange.handle((response, failure) -> failure == null ? read(response) : Answer.NONE);
    answer.whenComplete(
        (ok, failure) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  Answer call(String method, String service, String path, String token, Object body) {
    return send(method, service, path, bearer(token), body, Duration.ofSeconds(8)).join();
  }

  static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  /** Writes the request, reads no answer, and hangs up after a while. */
  void sayAndHangUp(String service, String path, String token, Object body, Duration after) {
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
      // Nobody there: as lost as an answer that is not read.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int port(String service) {
    return Stack.SERVICES.get(service) + stack.offset;
  }

  private static Answer read(HttpResponse<String> response) {
    try {
      String body = response.body();
      return new Answer(
          response.statusCode(),
          body == null || body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body));
    } catch (IOException e) {
      return new Answer(response.statusCode(), MissingNode.getInstance());
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
