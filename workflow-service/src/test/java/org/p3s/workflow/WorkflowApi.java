package org.p3s.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;

/** Calls the HTTP API of the service under test. */
final class WorkflowApi {

  private static final ObjectMapper MAPPER = JsonCodec.apiMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** The status and the body of a response. */
  record Answer(int status, String text) {
    JsonNode json() {
      try {
        return MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(text, e);
      }
    }

    /** The last part of the problem type. */
    String problem() {
      return json().path("type").asText().replace("/problems/", "");
    }

    /** The uuids of the items of a list. */
    List<UUID> uuids() {
      List<UUID> uuids = new ArrayList<>();
      json().path("items").forEach(one -> uuids.add(UUID.fromString(one.path("uuid").asText())));
      return uuids;
    }

    UUID uuid() {
      return UUID.fromString(json().path("uuid").asText());
    }
  }

  static Answer get(String path, String... headers) {
    return call("GET", path, "viewer", null, new byte[0], headers);
  }

  static Answer delete(String path) {
    return call("DELETE", path, "operator", null, new byte[0]);
  }

  static Answer post(String path, String json, String... headers) {
    return call("POST", path, "operator", "application/json", bytes(json), headers);
  }

  static Answer patch(String path, String json) {
    return call("PATCH", path, "operator", "application/json", bytes(json));
  }

  /** Loads a template, for instance with the query {@code name=x&replace=true}. */
  static Answer loadTemplate(String query, String graphml) {
    return call("POST", "/dags?" + query, "operator", "application/graphml+xml", bytes(graphml));
  }

  /**
   * Calls the API.
   *
   * @param role whose token is sent; empty for none
   * @param headers names and values in turn
   */
  static Answer call(
      String method,
      String path,
      String role,
      @Nullable String contentType,
      byte[] body,
      String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + config("quarkus.http.test-port") + "/api/v1" + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!role.isEmpty()) {
      request.header("Authorization", "Bearer " + token(role));
    }
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String token(String role) {
    try {
      return Files.readString(Path.of(config("p3s.security.dir"), role + ".token")).strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String config(String key) {
    return ConfigProvider.getConfig().getValue(key, String.class);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private WorkflowApi() {}
}
