package org.p3s.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.p3s.cli.text.Terminal;

/**
 * Runs a few verbs against a server that gives canned answers. {@code ./p3s} starts it once after a
 * build with {@code -XX:ArchiveClassesAtExit}: later commands load the classes that it loaded from
 * the archive. It is no part of any verb.
 */
final class ArchiveTraining {

  private static final String ANSWER =
      """
      {"items":[{"uuid":"018f0000-0000-7000-8000-000000000001","name":"a","state":"finished",
      "priority":1,"errcode":0,"ts_def":"2026-01-01T00:00:00.000Z","env":{"A":"b"}}],"next":null}
      """;

  public static void main(String[] args) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ArchiveTraining::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    Map<String, String> environment =
        Map.of(
            "P3S_SERVER", url,
            "P3S_SERVER_WORKFLOW", url,
            "P3S_SERVER_BROKER", url,
            "P3S_SERVER_PILOTS", url,
            "P3S_SERVER_WATCHER", url,
            "P3S_TOKEN", "training");
    Terminal terminal = Terminal.of(environment);
    for (String verb : new String[] {"job ls", "job ls -o json", "workflow ls", "pilot ls"}) {
      Main.run(environment, terminal, verb.split(" ", -1));
    }
    server.stop(0);
  }

  private static void answer(HttpExchange http) throws IOException {
    byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(200, body.length);
    try (OutputStream out = http.getResponseBody()) {
      out.write(body);
    }
  }

  private ArchiveTraining() {}
}
