package org.p3s.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiClient;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.api.RequestRefused;
import org.p3s.cli.text.JsonTree;

/** The data types, the DAG and the watch of the demo. */
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

  /** Reads the templates and fills in the paths of this machine. */
  static DemoSetup read(DemoDirectories directories) {
    Map<String, String> paths =
        Map.of(
            "@RESULTS@", directories.results().toString(),
            "@DETECTOR@", directories.detectorJar().toString(),
            "@INBOX@", directories.inbox().toString());
    Path dir = directories.templates();
    return new DemoSetup(
        json(dir.resolve("datatypes.json"), paths),
        fill(text(dir.resolve(DAG + ".graphml")), paths, DemoSetup::escapedXml),
        json(dir.resolve("watch.json"), paths));
  }

  private static JsonNode json(Path file, Map<String, String> paths) {
    try {
      return JsonTree.parse(
          fill(
              text(file),
              paths,
              s -> new String(JsonStringEncoder.getInstance().quoteAsString(s))));
    } catch (JsonProcessingException e) {
      throw CommandFailure.failed(file + " is not well-formed JSON: " + e.getOriginalMessage());
    }
  }

  private static String text(Path file) {
    return new String(InputFiles.bytes(file), StandardCharsets.UTF_8);
  }

  /** Replaces each name by its path, escaped for the format of the file. */
  static String fill(String template, Map<String, String> paths, UnaryOperator<String> escape) {
    String filled = template;
    for (Map.Entry<String, String> entry : paths.entrySet()) {
      filled = filled.replace(entry.getKey(), escape.apply(entry.getValue()));
    }
    return filled;
  }

  static String escapedXml(String text) {
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

  /** Loads everything; what an earlier demo loaded stays, but the DAG gets a new version. */
  void load(ApiClient api) {
    for (JsonNode type : datatypes.isArray() ? datatypes : JsonTree.array().add(datatypes)) {
      unlessItExists(api, ApiRequest.post(P3sService.WORKFLOW, "/datatypes").json(type).asAdmin());
    }
    api.json(
        ApiRequest.post(P3sService.WORKFLOW, "/dags")
            .with("name", DAG)
            .with("replace", true)
            .body("application/graphml+xml", graphml.getBytes(StandardCharsets.UTF_8)));
    unlessItExists(api, ApiRequest.post(P3sService.WATCHER, "/watches").json(watch));
  }

  private static void unlessItExists(ApiClient api, ApiRequest request) {
    try {
      api.json(request);
    } catch (RequestRefused e) {
      if (e.status() != 409) {
        throw e;
      }
    }
  }
}
