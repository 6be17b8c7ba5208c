package org.p3s.standalone.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Checks whether a process is ready. */
final class ReadinessProbe {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  /** Why the process is not ready; empty if it is. */
  Optional<String> problem(ManagedProcess managed, Optional<ProcessHandle> process) {
    if (process.isEmpty()) {
      return Optional.of("not running");
    }
    return switch (managed.group()) {
      case SERVICE -> problemOfService(managed);
      case STORE -> listens(managed.port()) ? Optional.empty() : Optional.of("starting");
      case PILOT -> Optional.empty();
    };
  }

  private Optional<String> problemOfService(ManagedProcess managed) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(managed.readinessUrl())).timeout(LIMIT).build(),
              BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? Optional.empty()
          : Optional.of(failedChecks(answer.body()));
    } catch (IOException e) {
      return Optional.of("starting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private static String failedChecks(String body) {
    try {
      StringBuilder down = new StringBuilder();
      for (JsonNode check : JSON.readTree(body).path("checks")) {
        if (!check.path("status").asText().equals("UP")) {
          down.append(down.length() == 0 ? "" : "; ")
              .append(check.path("name").asText())
              .append(" is down");
        }
      }
      return down.length() == 0 ? "not ready" : down.toString();
    } catch (IOException e) {
      return "not ready";
    }
  }

  /** True if a process listens on that port of the loopback address. */
  static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
