package org.p3s.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request, built step by step. */
public final class Call {

  static final String PREFIX = "/api/v1";

  final String method;
  final Service service;
  private final StringBuilder path = new StringBuilder();
  private boolean query;
  @Nullable String type;
  byte @Nullable [] body;
  String accept = "application/json";
  boolean admin;
  boolean anonymous;
  @Nullable String key;

  private Call(String method, Service service, String path) {
    this.method = method;
    this.service = service;
    this.path.append(path);
  }

  /** Each {@code {}} of the path is replaced by the next part, escaped. */
  private static Call of(String method, Service service, String path, String... parts) {
    String filled = path;
    for (String part : parts) {
      int at = filled.indexOf("{}");
      filled = filled.substring(0, at) + escape(part) + filled.substring(at + 2);
    }
    return new Call(method, service, PREFIX + filled);
  }

  public static Call get(Service service, String path, String... parts) {
    return of("GET", service, path, parts);
  }

  public static Call post(Service service, String path, String... parts) {
    return of("POST", service, path, parts);
  }

  public static Call put(Service service, String path, String... parts) {
    return of("PUT", service, path, parts);
  }

  public static Call patch(Service service, String path, String... parts) {
    return of("PATCH", service, path, parts);
  }

  public static Call delete(Service service, String path, String... parts) {
    return of("DELETE", service, path, parts);
  }

  /** Whether a service is ready; needs no credential. */
  public static Call ready(Service service) {
    Call call = new Call("GET", service, "/q/health/ready");
    call.anonymous = true;
    return call;
  }

  /** Adds a query parameter, unless it has no value. */
  public Call with(String name, @Nullable Object value) {
    if (value != null && !value.toString().isEmpty()) {
      path.append(query ? '&' : '?').append(name).append('=').append(escape(value.toString()));
      query = true;
    }
    return this;
  }

  public Call json(JsonNode json) {
    return body("application/json", json.toString().getBytes(StandardCharsets.UTF_8));
  }

  public Call body(String contentType, byte[] bytes) {
    this.type = contentType;
    this.body = bytes;
    return this;
  }

  public Call accept(String contentType) {
    this.accept = contentType;
    return this;
  }

  /** Sends the administrator's token. */
  public Call asAdmin() {
    this.admin = true;
    return this;
  }

  /** The server does it once, even if the answer is lost and the request repeated. */
  public Call once() {
    this.key = UUID.randomUUID().toString();
    return this;
  }

  boolean repeatable() {
    return key != null || method.equals("GET");
  }

  String path() {
    return path.toString();
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
