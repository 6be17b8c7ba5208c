package org.p3s.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Calls the services of a stack on this machine with the admin token; waits for each answer. */
final class BlockingServiceClient {

  private final HttpClient http = HttpClient.newHttpClient();
  private final String token;
  private final int offset;

  BlockingServiceClient(Path data, int offset) throws IOException {
    this.token = Files.readString(data.resolve("secrets/admin.token")).strip();
    this.offset = offset;
  }

  /**
   * Sends a request with a body and returns the body of the answer.
   *
   * @param allowed statuses that are not an error
   */
  String send(String method, int port, String path, String type, String body, Set<Integer> allowed)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (port + offset) + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (!allowed.contains(response.statusCode())) {
      throw new IOException(
          method + " " + path + " answered " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }
}
