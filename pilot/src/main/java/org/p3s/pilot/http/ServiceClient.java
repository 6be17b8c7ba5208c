package org.p3s.pilot.http;

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

/** Sends JSON requests to the services. The pilot only calls out; it opens no port. */
public final class ServiceClient {

  private final HttpClient client;

  public ServiceClient() {
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

  /**
   * Sends a request and does not wait for the answer. Cancelling the future closes the connection,
   * so that the service knows that nobody waits for the answer any more.
   *
   * @param body null for a request without a body
   */
  public CompletableFuture<ServiceAnswer> send(
      String method,
      String url,
      String token,
      @Nullable Map<String, ? extends @Nullable Object> body,
      Duration timeout)
      throws IOException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(JsonFields.write(body));
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
    CompletableFuture<ServiceAnswer> answer = exchange.thenApply(ServiceClient::read);
    answer.whenComplete(
        (ok, failure) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  /** Sends a request and waits for the answer; see {@link #send}. */
  public ServiceAnswer call(
      String method,
      String url,
      String token,
      @Nullable Map<String, ? extends @Nullable Object> body,
      Duration timeout)
      throws IOException, InterruptedException {
    return await(send(method, url, token, body, timeout));
  }

  /**
   * Waits for the answer to a request that was sent.
   *
   * @throws IOException if there was no answer
   * @throws java.util.concurrent.CancellationException if the request was cancelled
   */
  public static ServiceAnswer await(CompletableFuture<ServiceAnswer> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private static ServiceAnswer read(HttpResponse<byte[]> response) {
    try {
      return new ServiceAnswer(response.statusCode(), JsonFields.parse(response.body()));
    } catch (IOException e) {
      return new ServiceAnswer(response.statusCode(), new JsonFields(Map.of()));
    }
  }
}
