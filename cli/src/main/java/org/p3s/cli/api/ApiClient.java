package org.p3s.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.Endpoints;
import org.p3s.cli.ExitCode;
import org.p3s.cli.text.JsonTree;

/** Calls the services' HTTP API. Each error becomes a {@link CommandFailure}. */
public final class ApiClient implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final Endpoints endpoints;
  private @Nullable HttpClient client;

  public ApiClient(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  /** Sends, and reads the answer as JSON; a missing node if it has no body. */
  public JsonNode json(ApiRequest request) {
    String text = text(request);
    try {
      return text.isEmpty() ? MissingNode.getInstance() : JsonTree.parse(text);
    } catch (JsonProcessingException e) {
      throw CommandFailure.failed(
          "the "
              + request.service.title()
              + " at "
              + url(request)
              + " sent an answer that is not JSON");
    }
  }

  /** Sends, and returns the body of the answer. */
  public String text(ApiRequest request) {
    HttpResponse<String> response = exchange(request);
    if (response.statusCode() >= 400) {
      throw refused(request, response.statusCode(), response.body());
    }
    return response.body();
  }

  /** True if the service answers and says that it is ready. */
  public boolean ready(P3sService service) {
    try {
      return exchange(ApiRequest.ready(service)).statusCode() == 200;
    } catch (CommandFailure e) {
      return false;
    }
  }

  /**
   * Sends, and reads the answer as server-sent events until the stream is closed.
   *
   * @throws IOException if the service can't be reached
   */
  public ServerSentEvents stream(ApiRequest request) throws IOException {
    HttpRequest httpRequest = httpRequest(request.accept("text/event-stream"), false);
    try {
      HttpResponse<InputStream> response = client().send(httpRequest, BodyHandlers.ofInputStream());
      if (response.statusCode() >= 400) {
        String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        throw refused(request, response.statusCode(), body);
      }
      return new ServerSentEvents(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }

  public URI url(P3sService service) {
    return endpoints.url(service);
  }

  private URI url(ApiRequest request) {
    return endpoints.url(request.service);
  }

  private HttpResponse<String> exchange(ApiRequest request) {
    HttpRequest httpRequest = httpRequest(request, true);
    try {
      try {
        return client().send(httpRequest, BodyHandlers.ofString());
      } catch (ConnectException | HttpTimeoutException e) {
        throw e;
      } catch (IOException e) {
        if (!request.repeatable()) {
          throw e;
        }
        return client().send(httpRequest, BodyHandlers.ofString());
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw unreachable(request, "");
    } catch (HttpTimeoutException e) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT,
          "the %s at %s did not answer within %d s"
              .formatted(request.service.title(), url(request), ANSWER_TIMEOUT.toSeconds()));
    } catch (IOException e) {
      throw unreachable(request, ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }

  private CommandFailure unreachable(ApiRequest request, String why) {
    String start = endpoints.local() ? ": is the system up? Start it with ./p3s up" : "";
    return new CommandFailure(
        ExitCode.UNREACHABLE,
        "cannot reach the " + request.service.title() + " at " + url(request) + why + start);
  }

  private RequestRefused refused(ApiRequest request, int status, String body) {
    JsonNode problem;
    try {
      problem = JsonTree.parse(body);
    } catch (JsonProcessingException e) {
      problem = MissingNode.getInstance();
    }
    String hint = "";
    if (status == 401 && endpoints.local() && endpoints.token(request.admin) == null) {
      hint = " (there is no token in " + endpoints.tokenSource() + ")";
    }
    return RequestRefused.of(request.service, status, problem, hint);
  }

  /**
   * The request with its headers.
   *
   * @param bounded true if the answer must come within a minute
   */
  private HttpRequest httpRequest(ApiRequest request, boolean bounded) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(url(request) + request.path()))
            .header("Accept", request.accept + ", application/problem+json;q=0.5");
    if (bounded) {
      builder.timeout(ANSWER_TIMEOUT);
    }
    String token = request.anonymous ? null : endpoints.token(request.admin);
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    if (request.key != null) {
      builder.header("Idempotency-Key", request.key);
    }
    if (request.type != null) {
      builder.header("Content-Type", request.type);
    }
    byte[] body = request.body;
    return builder
        .method(
            request.method,
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpClient client() {
    HttpClient existing = client;
    if (existing == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_TIMEOUT);
      if ("http".equals(endpoints.url(P3sService.MONITOR).getScheme())) {
        builder.sslContext(new NoTls());
      }
      existing = builder.build();
      client = existing;
    }
    return existing;
  }

  /**
   * Ends the selector thread of the HTTP client. Java 17 has no call for it, and at its end, also
   * by {@link Runtime#halt}, the JVM waits 0.3 s for a thread that is in a system call.
   */
  @Override
  public void close() {
    if (client == null) {
      return;
    }
    Thread[] threads = new Thread[Thread.activeCount() + 8];
    int count = Thread.enumerate(threads);
    for (Thread thread : Arrays.asList(threads).subList(0, count)) {
      if (thread.getName().matches("HttpClient-\\d+-SelectorManager")) {
        thread.interrupt();
      }
    }
    client = null;
  }
}
