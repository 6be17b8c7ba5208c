package org.p3s.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client with one event loop and no thread per request. Everything that belongs to
 * simulated pilots runs on this loop, so that they need no locks and use little of the CPU that the
 * bench measures.
 */
final class EventLoopHttpClient implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** The answer of a service. */
  record Reply(int status, Buffer body) {}

  /** Connections for requests to services other than the broker; none of them is a long poll. */
  private static final int SHARED_CONNECTIONS = 1_000;

  private final Vertx vertx;

  private final HttpClient brokerClient;
  private final HttpClient sharedClient;
  private final RunningStack stack;

  EventLoopHttpClient(RunningStack stack, int connections) {
    this.stack = stack;
    this.vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(false));
    this.brokerClient = client(connections);
    this.sharedClient = client(Math.min(connections, SHARED_CONNECTIONS));
  }

  private HttpClient client(int connections) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setMaxPoolSize(connections)
            .setMaxWaitQueueSize(-1)
            .setKeepAliveTimeout(600)
            .setConnectTimeout(20_000)
            .setTcpNoDelay(true));
  }

  Vertx vertx() {
    return vertx;
  }

  /** Sends a request to a service of the stack. */
  Future<Reply> send(
      HttpMethod method,
      RunningStack.Service service,
      String path,
      String token,
      @Nullable String body) {
    return (service == RunningStack.Service.BROKER ? brokerClient : sharedClient)
        .request(method, stack.port(service), "127.0.0.1", path)
        .compose(request -> exchange(request, token, body))
        .compose(
            response -> response.body().map(buffer -> new Reply(response.statusCode(), buffer)));
  }

  private static Future<io.vertx.core.http.HttpClientResponse> exchange(
      HttpClientRequest request, String token, @Nullable String body) {
    request.putHeader("Authorization", "Bearer " + token);
    if (body == null) {
      return request.send();
    }
    return request.putHeader("Content-Type", "application/json").send(body);
  }

  /** Waits for the answer; a status that is not allowed is an error. */
  static Reply await(Future<Reply> future, int... allowed)
      throws IOException, InterruptedException {
    Reply reply;
    try {
      reply =
          future
              .toCompletionStage()
              .toCompletableFuture()
              .get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer: " + e, e);
    }
    for (int status : allowed) {
      if (reply.status() == status) {
        return reply;
      }
    }
    throw new IOException("HTTP " + reply.status() + ": " + reply.body());
  }

  @Override
  public void close() {
    brokerClient.close();
    sharedClient.close();
    vertx.close();
  }
}
