package org.p3s.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Api;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Refused;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;

/** The demo's data types, DAG and watch. */
final class DemoSetup {

  private static final String DAG = "tpc-monitor";

  private final JsonNode datatypes;
  private final String graphml;
  private final JsonNode watch;

  private DemoSetup(JsonNode datatypes, String graphml, JsonNode watch) {
    this.datatypes = datatypes;
    this.graphml = graphml;
    this.watch = watch;
  }

  /** Reads the templates and fills in the places of this machine. */
  static DemoSetup read(DemoPlace place) {
    Map<String, String> places =
        Map.of(
            "@RESULTS@", place.results().toString(),
            "@DETECTOR@", place.detector().toString(),
            "@INBOX@", place.inbox().toString());
    Path dir = place.templates();
    return new DemoSetup(
        json(dir.resolve("datatypes.json"), places),
        fill(text(dir.resolve(DAG + ".graphml")), places, DemoSetup::xml),
        json(dir.resolve("watch.json"), places));
  }

  private static JsonNode json(Path file, Map<String, String> places) {
    try {
      return Json.parse(
          fill(
              text(file),
              places,
              s -> new String(JsonStringEncoder.getInstance().quoteAsString(s))));
    } catch (JsonProcessingException e) {
      throw Failure.failed(file + " is not well-formed JSON: " + e.getOriginalMessage());
    }
  }

  private static String text(Path file) {
    return new String(Json.bytes(file), StandardCharsets.UTF_8);
  }

  /** Replaces each name by its value, escaped as the file's language wants it. */
  static String fill(String template, Map<String, String> places, UnaryOperator<String> escape) {
    String filled = template;
    for (Map.Entry<String, String> entry : places.entrySet()) {
      filled = filled.replace(entry.getKey(), escape.apply(entry.getValue()));
    }
    return filled;
  }

  static String xml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&apos;");
  }

  String dag() {
    return DAG;
  }

  String watch() {
    return watch.path("name").asText();
  }

  /** Loads what may be there from the last time; the DAG gets a new version. */
  void load(Api api) {
    for (JsonNode type : datatypes.isArray() ? datatypes : Json.array().add(datatypes)) {
      tolerant(api, Call.post(Service.WORKFLOW, "/datatypes").json(type).asAdmin());
    }
    api.json(
        Call.post(Service.WORKFLOW, "/dags")
            .with("name", DAG)
            .with("replace", true)
            .body("application/graphml+xml", graphml.getBytes(StandardCharsets.UTF_8)));
    tolerant(api, Call.post(Service.WATCHER, "/watches").json(watch));
  }

  private static void tolerant(Api api, Call call) {
    try {
      api.json(call);
    } catch (Refused e) {
      if (e.status() != 409) {
        throw e;
      }
    }
  }
}
