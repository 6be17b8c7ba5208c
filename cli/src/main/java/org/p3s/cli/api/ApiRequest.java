package org.p3s.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request to a service, built step by step. */
public final class ApiRequest {

  static final String PREFIX = "/api/v1";

  final String method;
  final P3sService service;
  private final StringBuilder path = new StringBuilder();
  private boolean query;
  @Nullable String type;
  byte @Nullable [] body;
  String accept = "application/json";
  boolean admin;
  boolean anonymous;
  @Nullable String key;

  private ApiRequest(String method, P3sService service, String path) {
    this.method = method;
    this.service = service;
    this.path.append(path);
  }

  /** Each {@code {}} of the path is replaced by the next part, percent-encoded. */
  private static ApiRequest of(String method, P3sService service, String path, String... parts) {
    String filled = path;
    for (String part : parts) {
      int at = filled.indexOf("{}");
      filled = filled.substring(0, at) + percentEncoded(part) + filled.substring(at + 2);
    }
    return new ApiRequest(method, service, PREFIX + filled);
  }

  public static ApiRequest get(P3sService service, String path, String... parts) {
    return of("GET", service, path, parts);
  }

  public static ApiRequest post(P3sService service, String path, String... parts) {
    return of("POST", service, path, parts);
  }

  public static ApiRequest put(P3sService service, String path, String... parts) {
    return of("PUT", service, path, parts);
  }

  public static ApiRequest patch(P3sService service, String path, String... parts) {
    return of("PATCH", service, path, parts);
  }

  public static ApiRequest delete(P3sService service, String path, String... parts) {
    return of("DELETE", service, path, parts);
  }

  /** Asks whether a service is ready; needs no token. */
  public static ApiRequest ready(P3sService service) {
    ApiRequest request = new ApiRequest("GET", service, "/q/health/ready");
    request.anonymous = true;
    return request;
  }

  /** Adds a query parameter, unless it has no value. */
  public ApiRequest with(String name, @Nullable Object value) {
    if (value != null && !value.toString().isEmpty()) {
      path.append(query ? '&' : '?')
          .append(name)
          .append('=')
          .append(percentEncoded(value.toString()));
      query = true;
    }
    return this;
  }

  /** Adds a JSON body. */
  public ApiRequest json(JsonNode json) {
    return body("application/json", json.toString().getBytes(StandardCharsets.UTF_8));
  }

  public ApiRequest body(String contentType, byte[] bytes) {
    this.type = contentType;
    this.body = bytes;
    return this;
  }

  public ApiRequest accept(String contentType) {
    this.accept = contentType;
    return this;
  }

  /** Sends the administrator's token. */
  public ApiRequest asAdmin() {
    this.admin = true;
    return this;
  }

  /** Adds an idempotency key: the server does it once, even if the request is repeated. */
  public ApiRequest idempotent() {
    this.key = UUID.randomUUID().toString();
    return this;
  }

  boolean repeatable() {
    return key != null || method.equals("GET");
  }

  String path() {
    return path.toString();
  }

  private static String percentEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
