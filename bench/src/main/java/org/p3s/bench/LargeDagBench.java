package org.p3s.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.p3s.contracts.JsonCodec;

/**
 * {@code p3s bench dag}: a DAG of many nodes. Measures the time to load the template, to create and
 * cancel a workflow of it, and to run one to its end. The nodes form chains of 100; the middle of
 * each chain has an edge to the next chain. Payloads are {@code /bin/true}.
 */
final class LargeDagBench {

  private static final int WORKFLOW_PORT = 8081;
  private static final String NAME = "bench-big-dag";
  private static final int CHAIN_LENGTH = 100;

  private final BlockingServiceClient services;
  private final PrintStream out;

  LargeDagBench(Path data, int offset, PrintStream out) throws IOException {
    this.services = new BlockingServiceClient(data, offset);
    this.out = out;
  }

  /** Prints one line per measurement. */
  void run(int nodes) throws IOException, InterruptedException {
    String graphml = graphml(nodes);
    out.printf(Locale.ROOT, "%,d nodes, %,d bytes of GraphML%n", nodes, graphml.length());
    timed("loaded, first time", () -> load(graphml));
    timed("loaded, second time", () -> load(graphml));
    for (String time : new String[] {"first", "second", "third"}) {
      String[] made = new String[1];
      timed("workflow made and started, " + time + " time", () -> made[0] = start());
      timed("  and cancelled", () -> cancel(made[0]));
    }
    String[] uuid = new String[1];
    double seconds =
        timed(
            "workflow run to its end",
            () -> {
              uuid[0] = start();
              awaitEnd(uuid[0]);
            });
    out.printf(Locale.ROOT, "%.1f jobs per second%n", nodes / seconds);
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private double timed(String what, Work work) throws IOException, InterruptedException {
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(Locale.ROOT, "%s: %.3f s%n", what, seconds);
    return seconds;
  }

  private void load(String graphml) throws IOException, InterruptedException {
    String path = "/api/v1/dags?name=" + NAME + "&replace=true";
    services.send("POST", WORKFLOW_PORT, path, "application/xml", graphml, Set.of(200, 201));
  }

  private String start() throws IOException, InterruptedException {
    String body = "{\"dag\": \"" + NAME + "\"}";
    String made =
        services.send(
            "POST", WORKFLOW_PORT, "/api/v1/workflows", "application/json", body, Set.of(201));
    return JsonCodec.mapper().readTree(made).path("uuid").asText();
  }

  private void cancel(String uuid) throws IOException, InterruptedException {
    String path = "/api/v1/workflows/" + uuid;
    services.send("DELETE", WORKFLOW_PORT, path, "application/json", "", Set.of(202));
  }

  private void awaitEnd(String uuid) throws IOException, InterruptedException {
    JsonNode workflow;
    do {
      Thread.sleep(200);
      String path = "/api/v1/workflows?limit=1&dag=" + NAME;
      String list = services.send("GET", WORKFLOW_PORT, path, "application/json", "", Set.of(200));
      workflow = JsonCodec.mapper().readTree(list).at("/items/0");
    } while (workflow.path("outcome").isNull());
    if (!workflow.path("uuid").asText().equals(uuid)
        || !workflow.path("state").asText().equals("finished")) {
      throw new IOException("the workflow did not finish: " + workflow);
    }
  }

  private static String graphml(int nodes) {
    StringBuilder xml =
        new StringBuilder(
            """
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
            <key id="p" for="node" attr.name="payload" attr.type="string"/>
            <key id="n" for="edge" attr.name="name" attr.type="string"/>
            <graph edgedefault="directed">
            """);
    for (int i = 0; i < nodes; i++) {
      xml.append("<node id=\"n").append(i).append("\"><data key=\"p\">/bin/true</data></node>\n");
    }
    for (int i = 1; i < nodes; i++) {
      if (i % CHAIN_LENGTH != 0) {
        edge(xml, i - 1, i);
      }
      if (i % CHAIN_LENGTH == CHAIN_LENGTH / 2 && i + CHAIN_LENGTH + 1 < nodes) {
        edge(xml, i, i + CHAIN_LENGTH + 1);
      }
    }
    return xml.append("</graph></graphml>\n").toString();
  }

  private static void edge(StringBuilder xml, int source, int target) {
    xml.append("<edge source=\"n%d\" target=\"n%d\">".formatted(source, target))
        .append("<data key=\"n\">f</data></edge>\n");
  }
}
