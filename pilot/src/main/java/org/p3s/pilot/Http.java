package org.p3s.pilot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** JSON over HTTP to the services. Only outbound; the agent opens no port. */
final class Http {

  /** What a service said; {@code body} is empty where there is none, or none that is JSON. */
  record Answer(int status, Fields body) {

    private static final String LEASE_LOST = "/problems/lease-lost";

    boolean ok() {
      return status >= 200 && status < 300;
    }

    /** The same request may succeed later: the service is away, overloaded or failed. */
    boolean passing() {
      return status >= 500 || status == 408 || status == 429;
    }

    /** Nobody will ever want it: the lease is lost, or the pilot has ended. */
    boolean over() {
      return status == 410 || (status == 409 && LEASE_LOST.equals(body.text("type")));
    }

    /** It is the body that can't be taken; one with less in it may be. */
    boolean blamesBody() {
      return status == 400 || status == 413 || status == 422;
    }

    /** The status and what the problem says. */
    String why() {
      String detail = body.text("detail");
      return detail == null ? "HTTP " + status : status + ": " + detail;
    }
  }

  private final HttpClient client;

  Http() {
    Executor threads =
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "http");
              thread.setDaemon(true);
              return thread;
            });
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(threads)
            .build();
  }

  CompletableFuture<Answer> send(
      String method,
      String url,
      String token,
      @Nullable Map<String, ? extends @Nullable Object> body,
      Duration timeout)
      throws IOException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(Fields.write(body));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(timeout)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json")
            .method(method, publisher);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    CompletableFuture<Answer> answer = exchange.thenApply(Http::read);
    // Cancelling the answer closes the connection, which tells the broker that nobody waits.
    answer.whenComplete(
        (ok, failure) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  Answer call(
      String method,
      String url,
      String token,
      @Nullable Map<String, ? extends @Nullable Object> body,
      Duration timeout)
      throws IOException, InterruptedException {
    return await(send(method, url, token, body, timeout));
  }

  static Answer await(CompletableFuture<Answer> answer) throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private static Answer read(HttpResponse<byte[]> response) {
    try {
      return new Answer(response.statusCode(), Fields.parse(response.body()));
    } catch (IOException e) {
      return new Answer(response.statusCode(), new Fields(Map.of()));
    }
  }

  /** A short text for the log: what went wrong on the wire. */
  static String why(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
