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
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.Place;
import org.p3s.cli.text.Json;

/** The services' HTTP API. What goes wrong is a {@link Failure} with its line and exit code. */
public final class Api implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Place place;
  private @Nullable HttpClient client;

  public Api(Place place) {
    this.place = place;
  }

  /** Sends, and reads the answer as JSON; a missing node where it has no body. */
  public JsonNode json(Call call) {
    String text = text(call);
    try {
      return text.isEmpty() ? MissingNode.getInstance() : Json.parse(text);
    } catch (JsonProcessingException e) {
      throw Failure.failed(
          "the "
              + call.service.title()
              + " at "
              + url(call)
              + " answered something else than JSON");
    }
  }

  /** Sends, and gives the answer's body as it is. */
  public String text(Call call) {
    HttpResponse<String> response = exchange(call);
    if (response.statusCode() >= 400) {
      throw refused(call, response.statusCode(), response.body());
    }
    return response.body();
  }

  /** True if the service answers and says that it is ready. */
  public boolean ready(Service service) {
    try {
      return exchange(Call.ready(service)).statusCode() == 200;
    } catch (Failure e) {
      return false;
    }
  }

  /**
   * Server-sent events of the monitor, until the stream is closed.
   *
   * @throws IOException if there is no such stream at this time
   */
  public InputStream events() throws IOException, InterruptedException {
    Call call = Call.get(Service.MONITOR, "/events").accept("text/event-stream");
    HttpResponse<InputStream> response =
        client().send(request(call, false), BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      response.body().close();
      throw new IOException("no events: " + response.statusCode());
    }
    return response.body();
  }

  /**
   * Server-sent events of one call, until the stream is closed.
   *
   * @throws IOException if the service can't be reached
   */
  public InputStream stream(Call call) throws IOException {
    HttpRequest request = request(call.accept("text/event-stream"), false);
    try {
      HttpResponse<InputStream> response = client().send(request, BodyHandlers.ofInputStream());
      if (response.statusCode() >= 400) {
        String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        throw refused(call, response.statusCode(), body);
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }

  public URI url(Service service) {
    return place.url(service);
  }

  private URI url(Call call) {
    return place.url(call.service);
  }

  private HttpResponse<String> exchange(Call call) {
    HttpRequest request = request(call, true);
    try {
      try {
        return client().send(request, BodyHandlers.ofString());
      } catch (ConnectException | HttpTimeoutException e) {
        throw e;
      } catch (IOException e) {
        if (!call.repeatable()) {
          throw e;
        }
        return client().send(request, BodyHandlers.ofString());
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw unreachable(call, "");
    } catch (HttpTimeoutException e) {
      throw new Failure(
          Exit.TIMED_OUT,
          "the %s at %s did not answer within %d s"
              .formatted(call.service.title(), url(call), ANSWER.toSeconds()));
    } catch (IOException e) {
      throw unreachable(call, ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }

  private Failure unreachable(Call call, String why) {
    String start = place.local() ? ": is the system up? Start it with ./p3s up" : "";
    return new Failure(
        Exit.UNREACHABLE,
        "cannot reach the " + call.service.title() + " at " + url(call) + why + start);
  }

  private Refused refused(Call call, int status, String body) {
    JsonNode problem;
    try {
      problem = Json.parse(body);
    } catch (JsonProcessingException e) {
      problem = MissingNode.getInstance();
    }
    String hint = "";
    if (status == 401 && place.local() && place.token(call.admin) == null) {
      hint = " (there is no token in " + place.secret("operator.token") + ")";
    }
    return Refused.of(call.service, status, problem, hint);
  }

  private HttpRequest request(Call call, boolean bounded) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(call) + call.path()))
            .header("Accept", call.accept + ", application/problem+json;q=0.5");
    if (bounded) {
      request.timeout(ANSWER);
    }
    String token = call.anonymous ? null : place.token(call.admin);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (call.key != null) {
      request.header("Idempotency-Key", call.key);
    }
    if (call.type != null) {
      request.header("Content-Type", call.type);
    }
    byte[] body = call.body;
    return request
        .method(
            call.method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpClient client() {
    HttpClient made = client;
    if (made == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
      if ("http".equals(place.url(Service.MONITOR).getScheme())) {
        builder.sslContext(trustsNobody());
      }
      made = builder.build();
      client = made;
    }
    return made;
  }

  /**
   * Ends the client's selector thread: Java 17 has no call for it, and the end of the JVM waits 0.3
   * s for a thread that waits in the kernel.
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

  /** Reading the default trust store takes longer than the whole request; plain HTTP needs none. */
  private static SSLContext trustsNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
